namespace KvsRecords.Benchmarks.Measures;

/// <summary>Rounds in which contenders take turns, so that what slows the machine down for a while slows all of them.</summary>
internal static class Rounds
{
    /// <summary>Lets each contender take its turn in each round, and another one begin each of them; the first rounds do not count.</summary>
    /// <returns>The figures of each contender.</returns>
    public static async Task<List<TFigure>[]> RunAsync<T, TFigure>(
        IReadOnlyList<T> contenders, int rounds, Func<T, Task<List<TFigure>>> takeTurnAsync, int warmUps)
    {
        var figures = contenders.Select(_ => new List<TFigure>()).ToArray();
        for (var turn = 0; turn < (warmUps + rounds) * contenders.Count; turn++)
        {
            var (round, place) = Math.DivRem(turn, contenders.Count);
            var contender = (place + round) % contenders.Count;
            var figure = await takeTurnAsync(contenders[contender]);
            if (round >= warmUps)
                figures[contender].AddRange(figure);
        }
        return figures;
    }

    /// <summary>The same with one figure a turn.</summary>
    /// <returns>The median of the figures of each contender.</returns>
    public static async Task<double[]> MediansAsync<T>(
        IReadOnlyList<T> contenders, int rounds, Func<T, Task<double>> takeTurnAsync, int warmUps = 1) =>
        [.. (await RunAsync(contenders, rounds, async one => (List<double>)[await takeTurnAsync(one)], warmUps)).Select(Median.Of)];
}

internal static class Median
{
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}

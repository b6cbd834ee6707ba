namespace KvsRecords.Benchmarks.Measures;

/// <summary>Rounds in which contenders take turns, so that what slows the machine down for a while slows all of them.</summary>
internal static class Rounds
{
    /// <summary>Lets each contender take its turn in each round, and another one begin each of them.</summary>
    /// <param name="contenders">The contenders.</param>
    /// <param name="rounds">How many rounds count.</param>
    /// <param name="takeTurnAsync">Gives the figure of a contender's turn.</param>
    /// <param name="warmUps">How many rounds come before, and do not count.</param>
    /// <returns>The median of the figures of each contender.</returns>
    public static async Task<double[]> MediansAsync<T>(
        IReadOnlyList<T> contenders, int rounds, Func<T, Task<double>> takeTurnAsync, int warmUps = 1)
    {
        var figures = contenders.Select(_ => new List<double>()).ToArray();
        for (var round = -warmUps; round < rounds; round++)
        {
            for (var turn = 0; turn < contenders.Count; turn++)
            {
                var contender = (turn + round + warmUps) % contenders.Count;
                var figure = await takeTurnAsync(contenders[contender]);
                if (round >= 0)
                    figures[contender].Add(figure);
            }
        }
        return [.. figures.Select(Median.Of)];
    }

    /// <summary>The same with contenders that are their turns.</summary>
    public static Task<double[]> MediansAsync(int rounds, params Func<Task<double>>[] contenders) =>
        MediansAsync(contenders, rounds, takeTurnAsync => takeTurnAsync());
}

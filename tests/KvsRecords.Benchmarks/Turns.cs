namespace KvsRecords.Benchmarks;

/// <summary>Two things are measured in turn, another one first each time, so that what disturbs them disturbs both.</summary>
internal static class Turns
{
    private const int WarmUps = 2;

    /// <returns>The medians.</returns>
    public static async Task<(double One, double Other)> MediansAsync(
        int runs, Func<Task<double>> one, Func<Task<double>> other, CancellationToken cancel)
    {
        var (ones, others) = (new List<double>(), new List<double>());
        for (var run = -WarmUps; run < runs; run++)
        {
            foreach (var (measure, figures) in run % 2 == 0 ? [(one, ones), (other, others)] : new[] { (other, others), (one, ones) })
            {
                cancel.ThrowIfCancellationRequested();
                var figure = await measure();
                if (run >= 0)
                    figures.Add(figure);
            }
        }
        return (Median.Of(ones), Median.Of(others));
    }
}

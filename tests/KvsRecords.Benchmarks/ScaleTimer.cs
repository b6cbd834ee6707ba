namespace KvsRecords.Benchmarks;

/// <summary>Whether an archive costs what its records cost, however many others there are, and in whatever order they came.</summary>
internal sealed class ScaleTimer(OurProgram ours, ArchivedStores stores, Settings settings)
{
    // The last bytes are those for which most is passed over.
    private const string LastBytes = "-1000";

    private readonly int _runs = settings.Quick ? 2 : 21;

    private readonly Table _table = new(
        $"Archives of our own stores, medians of {(settings.Quick ? 2 : 21)} in turn, and for each record of {settings.Rounds}",
        "<what", "<of", "ms", "<beside", "ms", "ratio", "<target");

    public async Task RunAsync(Report report, CancellationToken cancel)
    {
        var (ten, part, million) = (stores.Ten, stores.TenThousand, stores.Million);
        await stores.MakeAsync(ours, [ten, part, million, stores.Small, stores.Shuffled], cancel);
        await using var server = await stores.ServeAsync(ours, cancel);
        using var timed = new TimedDownloads(server, cancel);

        await CompareAsync(
            ("first byte", ArchiveTargets.FirstByte), _runs,
            Count(million), () => timed.FirstAsync(million.Path), Count(ten), () => timed.FirstAsync(ten.Path));
        await CompareAsync(
            ("for each record", ArchiveTargets.TimePerRecord), settings.Rounds,
            Count(million), () => timed.EachAsync(million, times: 1), Count(part), () => timed.EachAsync(part, times: 9));
        await CompareAsync(
            ("whole", ArchiveTargets.Prefix), _runs,
            "1 % by prefix", () => timed.WholeAsync($"{million.Path}?prefix={stores.Hundredth}"),
            "those alone", () => timed.WholeAsync(part.Path));
        await CompareAsync(
            ("whole", ArchiveTargets.Order), _runs,
            "random order", () => timed.WholeAsync(stores.Shuffled.Path), "key order", () => timed.WholeAsync(stores.Small.Path));
        await RangesAsync(timed, report, cancel);
        report.Add(_table);

        async Task CompareAsync(
            (string Name, Target Target) what, int runs, string of, Func<Task<double>> one, string beside, Func<Task<double>> other)
        {
            Report.Progress($"scale: {what.Name}, {of} beside {beside}");
            var (first, second) = await Turns.MediansAsync(runs, one, other, cancel);
            report.Measured(what.Target, first / second);
            _table.Row(
                what.Name, of, Milliseconds(first), beside, Milliseconds(second), $"{first / second:N2}", what.Target.Bound);
        }
    }

    // Both where the last records are and behind them.
    private async Task RangesAsync(TimedDownloads timed, Report report, CancellationToken cancel)
    {
        Report.Progress("scale: ranges near the end");
        var path = stores.Million.Path;
        var late = $"{timed.Length(path) / 10 * 9}-";
        var (records, last) = await Turns.MediansAsync(
            _runs, () => timed.FirstAsync(path, late), () => timed.FirstAsync(path, LastBytes), cancel);
        report.Measured(ArchiveTargets.Range, Math.Max(records, last));
        _table.Row(
            "first byte", "range from 9/10 on", Milliseconds(records), "the last 1,000 bytes", Milliseconds(last), "",
            ArchiveTargets.Range.Bound);
    }

    private static string Count(ArchivedStore store) => $"{store.Records:N0} records";

    private static string Milliseconds(double time) => time < 0.1 ? $"{time:N6}" : $"{time:N2}";
}

namespace KvsRecords.Benchmarks;

/// <summary>Whether an archive costs what its records cost, however many others there are, and in whatever order they came.</summary>
internal sealed class ScaleTimer(OurProgram ours, ArchivedStores stores, Settings settings)
{
    // The last bytes are those for which most is passed over.
    private const string LastBytes = "-1000";

    private const int SmallOnes = 9;

    private readonly int _runs = settings.Quick ? 2 : 21;

    private readonly Table _table = new(
        $"Archives of our own stores, medians of {(settings.Quick ? 2 : 21)} in turn; whole ones of the largest store: of {settings.Rounds}",
        "<what", "<of", "ms", "<beside", "ms", "ratio", "<target");

    public async Task RunAsync(Report report, CancellationToken cancel)
    {
        await stores.MakeAsync(ours, [stores.Ten, stores.TenThousand, stores.Million, stores.Small, stores.Shuffled], cancel);
        await using var server = await stores.ServeAsync(ours, cancel);
        using var client = new ArchiveClient(server.Origin);
        var (ten, part, million) = (stores.Ten.Path, stores.TenThousand.Path, stores.Million.Path);

        await CompareAsync("first byte", Count(stores.Million), () => FirstAsync(million), Count(stores.Ten), () => FirstAsync(ten), ArchiveTargets.FirstByte, _runs);
        await CompareAsync(
            "whole, a record", Count(stores.Million), () => EachAsync(stores.Million), Count(stores.TenThousand), () => EachAsync(stores.TenThousand),
            ArchiveTargets.TimePerRecord, settings.Rounds);
        await CompareAsync(
            "whole", "1 %, by prefix", () => WholeAsync($"{million}?prefix={stores.Hundredth}"), "those alone", () => WholeAsync(part),
            ArchiveTargets.Prefix, _runs);
        await CompareAsync(
            "whole", "random order", () => WholeAsync(stores.Shuffled.Path), "key order", () => WholeAsync(stores.Small.Path),
            ArchiveTargets.Order, _runs);
        await RangesAsync();
        report.Add(_table);

        async Task CompareAsync(
            string what, string of, Func<Task<double>> one, string beside, Func<Task<double>> other, Target target, int runs)
        {
            Report.Progress($"scale: {what} of {of} beside {beside}");
            var (first, second) = await Turns.MediansAsync(runs, one, other, cancel);
            report.Measured(target, first / second);
            _table.Row(what, of, Milliseconds(first), beside, Milliseconds(second), $"{first / second:N2}", target.Bound);
        }

        // Where the last records are, and behind them.
        async Task RangesAsync()
        {
            Report.Progress("scale: ranges near the end");
            var late = $"{client.Length(million) / 10 * 9}-";
            var (records, last) = await Turns.MediansAsync(_runs, () => FirstAsync(million, late), () => FirstAsync(million, LastBytes), cancel);
            report.Measured(ArchiveTargets.Range, Math.Max(records, last));
            _table.Row("range", "from 9/10 on", Milliseconds(records), "the last 1,000 bytes", Milliseconds(last), "", ArchiveTargets.Range.Bound);
        }

        async Task<double> FirstAsync(string path, string? range = null)
        {
            var time = await Task.Run(() => client.FirstByte(path, range), cancel);
            // What it does about the aborted download is not to slow the next measurement down.
            await server.Figures.QuietAsync(cancel);
            return time;
        }

        Task<double> WholeAsync(string path) => Task.Run(() => 1e3 * client.Download(path).Seconds, cancel);

        // Of a store that takes a hundredth of the time, several: what the large one leaves in the processor's caches is not its own cost.
        async Task<double> EachAsync(ArchivedStore store)
        {
            var times = new List<double>();
            for (var left = store == stores.Million ? 1 : SmallOnes; left > 0; left--)
                times.Add(await WholeAsync(store.Path));
            return Median.Of(times) / store.Records;
        }
    }

    private static string Count(ArchivedStore store) => $"{store.Records:N0} records";

    private static string Milliseconds(double time) => time < 0.1 ? $"{time:N6}" : $"{time:N2}";
}

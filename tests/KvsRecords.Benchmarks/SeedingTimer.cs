using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>How fast a storage folder is seeded, beside packing its files alone, and how much memory that takes.</summary>
internal sealed class SeedingTimer(OurProgram ours, Settings settings, TempFolder scratch)
{
    private static readonly string[] Seeded = ["mixed", "many"];

    private int _starts;

    public async Task RunAsync(IEnumerable<DataSet> sets, Report report, CancellationToken cancel)
    {
        var table = new Table(
            $"Seeding, medians of {settings.Rounds}",
            "<set", "packing alone s", "empty start s", "start with seed s", "packing / seeding", "<target", "peak MB", "<target");
        foreach (var set in sets.Where(set => Seeded.Contains(set.Name)))
            await MeasureAsync(set, table, report, cancel);
        report.Add(table);
    }

    private async Task MeasureAsync(DataSet set, Table table, Report report, CancellationToken cancel)
    {
        var (packing, empty, seeded, peaks) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < settings.Rounds; round++)
        {
            Report.Progress($"seeding {set.Name}: round {round + 1} of {settings.Rounds}");
            packing.Add(await Task.Run(() => PackingAlone.Measure(set, cancel), cancel));
            empty.Add((await StartAsync([], cancel)).Seconds);
            var (seconds, peak) = await StartAsync(["--seed", set.Storage], cancel);
            seeded.Add(seconds);
            peaks.Add(peak);
        }
        Tell(set, Median.Of(packing), Median.Of(empty), Median.Of(seeded), peaks.Max(), table, report);
    }

    private static void Tell(DataSet set, double packing, double empty, double seeded, double peak, Table table, Report report)
    {
        var speed = packing / (seeded - empty);
        var speedTarget = set.Name == "mixed" ? Target.Seeding : null;
        var memoryTarget = set.Name == "many" ? Target.SeedingMemory : null;
        report.Measured(speedTarget, speed);
        report.Measured(memoryTarget, peak);
        table.Row(
            set.Name, $"{packing:N3}", $"{empty:N3}", $"{seeded:N3}", $"{speed:N2}", $"{speedTarget?.Bound}",
            $"{peak:N1}", $"{memoryTarget?.Bound}");
    }

    /// <returns>The seconds until the server answers, and the megabytes it took until then at most.</returns>
    private async Task<(double Seconds, double Peak)> StartAsync(string[] arguments, CancellationToken cancel)
    {
        // They stay until the end: ext4 looks long for a file's place among those of files that have just been deleted.
        var folder = scratch.Inside($"seeded-{++_starts}");
        var start = Stopwatch.GetTimestamp();
        await using var server = await ServerProcess.StartAsync(ours.Serve(["--data", folder, .. arguments]), cancel);
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, server.Figures.PeakResidentBytes / 1e6);
    }
}

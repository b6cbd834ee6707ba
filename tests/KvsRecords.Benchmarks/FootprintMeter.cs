namespace KvsRecords.Benchmarks;

/// <summary>What a download takes of the server's memory, and how much it allocates for each record.</summary>
internal sealed class FootprintMeter(OurProgram ours, ArchivedStores stores, TempFolder scratch)
{
    private const double MiB = 1 << 20;

    public async Task RunAsync(Report report, CancellationToken cancel)
    {
        await stores.MakeAsync(ours, [stores.Ten, stores.HundredThousand, stores.Million], cancel);
        await MemoryAsync(report, cancel);
        await AllocationAsync(report, cancel);
    }

    private async Task MemoryAsync(Report report, CancellationToken cancel)
    {
        var table = new Table(
            "Resident memory of one download, by a fresh process each",
            "records", "idle MiB", "peak MiB", "more MiB", "<target");
        var most = 0d;
        foreach (var store in new[] { stores.Ten, stores.HundredThousand, stores.Million })
        {
            Report.Progress($"footprint: {store.Records:N0} records");
            var (idle, peak) = await MeasureAsync(store, cancel);
            most = Math.Max(most, peak - idle);
            table.Row($"{store.Records:N0}", $"{idle:N1}", $"{peak:N1}", $"{peak - idle:N1}", ArchiveTargets.Memory.Bound);
        }
        report.Add(table);
        report.Measured(ArchiveTargets.Memory, most);
    }

    // Idle is a server that has answered once: the code for a download is then there, whatever it sends. From there on the kernel itself
    // keeps the peak, which misses nothing. The database is not mapped, so its pages count only where the server holds a copy.
    private async Task<(double Idle, double Peak)> MeasureAsync(ArchivedStore store, CancellationToken cancel)
    {
        await using var server = await stores.ServeAsync(ours, cancel);
        using var health = new HealthClient(server.Origin);
        using var client = new ArchiveClient(server.Origin);
        await Task.Run(() => (health.Ask(), client.Download(stores.Ten.Path)), cancel);
        await server.Figures.QuietAsync(cancel);

        server.Figures.ForgetPeak();
        var idle = server.Figures.ResidentBytes;
        await Task.Run(() => client.Download(store.Path), cancel);
        return (idle / MiB, server.Figures.PeakResidentBytes / MiB);
    }

    private async Task AllocationAsync(Report report, CancellationToken cancel)
    {
        if (!ours.RunsHooks)
        {
            Report.Progress("footprint: no allocation, since nothing can be added to a native program to ask it");
            return;
        }

        Report.Progress("footprint: allocation");
        var probe = new AllocationProbe(scratch.Inside("allocation"));
        var table = new Table("Managed allocation of one download", "records", "bytes", "bytes a record", "<target");
        await using var server = await ServerProcess.StartAsync(probe.Watch(stores.Command(ours)), cancel);
        using var client = new ArchiveClient(server.Origin);
        // Until the code is compiled for good.
        await MeasureAsync(stores.HundredThousand);
        foreach (var store in new[] { stores.Ten, stores.HundredThousand, stores.Million })
        {
            var bytes = await MeasureAsync(store);
            var target = store == stores.Million ? ArchiveTargets.Allocation : null;
            report.Measured(target, (double)bytes / store.Records);
            table.Row($"{store.Records:N0}", $"{bytes:N0}", $"{(double)bytes / store.Records:N2}", $"{target?.Bound}");
        }
        report.Add(table);

        async Task<long> MeasureAsync(ArchivedStore store)
        {
            await server.Figures.QuietAsync(cancel);
            var before = probe.AllocatedBytes();
            await Task.Run(() => client.Download(store.Path), cancel);
            await server.Figures.QuietAsync(cancel);
            return probe.AllocatedBytes() - before;
        }
    }
}

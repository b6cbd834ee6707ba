namespace KvsRecords.Benchmarks.Measures.UnderLoad;

/// <summary>
/// Many downloads at once beside writers. It fails when an archive is wrong or something stays open afterwards; memory and health are only
/// reported.
/// </summary>
internal sealed class LoadTest(Bench bench)
{
    private readonly int _clients = bench.Settings.Quick ? 48 : 500;
    private readonly int _writers = bench.Settings.Quick ? 4 : 16;
    private readonly WrittenStore _store = new();

    public async Task RunAsync()
    {
        var data = bench.Scratch("under-load");
        await using (var server = await bench.Ours.ServeAsync(Ours.Archive(WrittenStore.Name), "--data", data))
            await RunAsync(server, TimeSpan.FromSeconds(bench.Settings.Seconds), bench.Cancel);
        _ = await Tool.RunAsync(bench.Ours.Executable.FullName, ["verify", "--data", data], bench.Cancel);
    }

    private async Task RunAsync(Server server, TimeSpan time, CancellationToken cancel)
    {
        Report.Progress($"load: {_clients} downloads and {_writers} writers for {time.TotalSeconds:N0} s");
        var requests = RecordRequests.OfOurs(server.Address, WrittenStore.Name);
        using (var client = new RecordClient(requests))
            Enumerable.Range(0, WrittenStore.Records).ToList().ForEach(number => _store.Write(number, client));
        server.Time();
        var (idle, before) = (await server.RestAsync(), server.OpenFiles());

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var downloaders = new Downloaders(server, _store, _clients, time);
        using var health = HealthProbe.Start(server.Address);
        var writers = Enumerable.Range(0, _writers);
        var writing = Task.WhenAll(writers.Select(writer => Crowd.OnThreadAsync(() => Write(requests, writer, over.Token))));
        await downloaders.RunAsync(cancel);
        await over.CancelAsync();
        var (healths, writes) = (await HealthProbe.StopAsync(health, cancel), (await writing).Sum());

        // Versions that were replaced while they were downloaded are removed first.
        await server.QuietAsync(seconds: 60);
        var (after, peak) = (server.OpenFiles(), server.ResidentMemory().Peak);
        var table = new Table($"{_clients} downloads, {_writers} writers, {time.TotalSeconds:N0} s", "<what", "<measured", "<asked for");
        table.Row("downloads at one time, at most", $"{downloaders.Most:N0}", $"{_clients}");
        table.Row("whole archives, all of them right", $"{downloaders.Whole:N0}", "each");
        table.Row("left half-way", $"{downloaders.Halves:N0}", "");
        table.Row("writes, each answered when it was on the disk", $"{writes:N0}, {writes / time.TotalSeconds:N0} a second", "");
        table.Row(
            "health: median, 99 of 100, longest of all",
            $"{Median.Of(healths):N1} ms, {healths.Order().ElementAt(99 * healths.Length / 100):N1} ms, {healths.Max():N1} ms",
            bench.Report.AtMost("health under load", healths.Max(), 100, " ms"));
        table.Row(
            "resident memory: before, at most", $"{idle:N0} MB, {peak:N0} MB", bench.Report.AtMost("memory under load", peak, 450, " MB"));
        table.Row("open files: before, after", $"{before}, {after}", "no socket and no deleted file more");
        bench.Report.Add(table);
        foreach (var fault in downloaders.Faults.Take(5))
            bench.Report.Fail($"load: {fault}");
        if (after.Sockets > before.Sockets || after.Deleted > before.Deleted)
            bench.Report.Fail($"load: open were {before} before, and {after} afterwards");
    }

    private long Write(RecordRequests requests, int writer, CancellationToken over)
    {
        Downloaders.LowerPriority();
        using var client = new RecordClient(requests);
        var (random, writes) = (new Random(writer), 0L);
        for (; !over.IsCancellationRequested; writes++)
            _store.Write(WrittenStore.Draw(random, writer, _writers), client);
        return writes;
    }
}

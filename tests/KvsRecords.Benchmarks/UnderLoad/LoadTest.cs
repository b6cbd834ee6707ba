namespace KvsRecords.Benchmarks.UnderLoad;

/// <summary>
/// Many downloads at once beside writers. That each whole archive is right, and that nothing stays open afterwards, is asserted; memory and
/// health are told.
/// </summary>
internal sealed class LoadTest(OurProgram ours, Settings settings, TempFolder scratch)
{
    private readonly int _clients = settings.Quick ? 48 : 500;
    private readonly int _writers = settings.Quick ? 4 : 16;
    private readonly TimeSpan _time = TimeSpan.FromSeconds(settings.Seconds);
    private readonly WrittenStore _store = new();
    private readonly string _folder = scratch.Inside("under-load");

    public async Task RunAsync(Report report, CancellationToken cancel)
    {
        await using (var server = await ServerProcess.StartAsync(ours.Serve("--data", _folder, "--log-level", "warning"), cancel))
            await RunAsync(server, report, cancel);
        await VerifyAsync(report, cancel);
    }

    private async Task RunAsync(ServerProcess server, Report report, CancellationToken cancel)
    {
        Report.Progress($"load: {_clients} downloads and {_writers} writers for {_time.TotalSeconds:N0} s");
        using (var writer = new Writer(server.Origin))
            writer.Fill(_store);
        using (var client = new PacedClient())
            _ = client.Download(new Uri(server.Origin, WrittenStore.Path), TimeSpan.Zero, half: false, () => { }, cancel);
        await server.Figures.QuietAsync(cancel);
        var (before, idle) = (server.Figures.OpenFiles, server.Figures.ResidentBytes);
        server.Figures.ForgetPeak();

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var downloaders = new Downloaders(server.Origin, _store, _clients, _time);
        using var health = HealthProbe.Start(server.Origin);
        var writing = Task.WhenAll(Enumerable.Range(0, _writers).Select(number => Start(() => Write(server.Origin, number, over.Token))));
        await downloaders.RunAsync(cancel);
        await over.CancelAsync();
        var (healths, writes) = (await health.StopAsync(cancel), (await writing).Sum());

        // What died while it was downloaded is removed first.
        await server.Figures.QuietAsync(cancel, seconds: 60);
        var after = server.Figures.OpenFiles;
        var peak = server.Figures.PeakResidentBytes / 1e6;
        Tell();
        Judge();

        void Tell()
        {
            var table = new Table($"{_clients} downloads beside {_writers} writers, {_time.TotalSeconds:N0} s", "<what", "<measured", "<asked for");
            table.Row("downloads at one time, at most", $"{downloaders.Most:N0}", $"{_clients}");
            table.Row("whole archives, all of them right", $"{downloaders.Whole:N0}", "each");
            table.Row("left half-way", $"{downloaders.Halves:N0}", "");
            table.Row("writes, each answered when it was on the disk", $"{writes:N0}, {writes / _time.TotalSeconds:N0} a second", "");
            table.Row(
                "health: median, 99 of 100, longest of all",
                $"{Median.Of(healths):N1} ms, {healths.Order().ElementAt(99 * healths.Count / 100):N1} ms, {healths.Max():N1} ms",
                LoadTargets.Health.Bound);
            table.Row("resident memory: before, at most", $"{idle / 1e6:N0} MB, {peak:N0} MB", LoadTargets.Memory.Bound);
            table.Row("open files: before, after", $"{before}, {after}", "no socket and no deleted file more");
            report.Add(table);
            report.Measured(LoadTargets.Health, healths.Max());
            report.Measured(LoadTargets.Memory, peak);
        }

        void Judge()
        {
            foreach (var fault in downloaders.Faults.Distinct().Take(5))
                report.Fail($"load: {fault}");
            if (after.Sockets > before.Sockets || after.Deleted > before.Deleted)
                report.Fail($"load: open were {before} before, and {after} afterwards");
        }
    }

    private async Task VerifyAsync(Report report, CancellationToken cancel)
    {
        try
        {
            _ = await Tool.RunAsync(ours.Executable, ["verify", "--data", _folder], scratch.Path, cancel);
        }
        catch (NotHereException failure)
        {
            report.Fail($"load: {failure.Message}");
        }
    }

    private long Write(Uri origin, int number, CancellationToken over)
    {
        Priority.Lower();
        using var writer = new Writer(origin);
        var (random, writes) = (new Random(number), 0L);
        for (; !over.IsCancellationRequested; writes++)
            writer.Write(_store, WrittenStore.Draw(random, number, _writers));
        return writes;
    }

    private static Task<T> Start<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}

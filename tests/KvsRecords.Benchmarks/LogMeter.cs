namespace KvsRecords.Benchmarks;

/// <summary>How large the database's write-ahead log becomes while slow clients download what others write.</summary>
internal sealed class LogMeter(OurProgram ours, Settings settings, TempFolder scratch)
{
    private const int Writers = 16;

    private const int Downloads = 4;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly TimeSpan _time = TimeSpan.FromSeconds(settings.Quick ? 2 : 60);

    private readonly ArchivedStore _store = ArchivedStore.Hashed("written", settings.Quick ? 500 : 50_000);

    private readonly string _folder = scratch.Inside("written");

    public async Task RunAsync(Report report, CancellationToken cancel)
    {
        await using (var storage = ArchivedStore.Open(_folder))
            await _store.FillAsync(storage, cancel);
        await using var server = await ServerProcess.StartAsync(ours.Serve("--data", _folder, "--log-level", "warning"), cancel);

        var table = new Table(
            $"The write-ahead log, {Writers} clients writing to {_store.Records:N0} records of 1 kB",
            "<meanwhile", "seconds", "writes a second", "largest MB", "<target");
        var before = await WriteAsync("nobody downloads", _time / 4, [], target: null);
        var during = await WriteAsync($"{Downloads} slow downloads", _time, [.. Enumerable.Range(0, Downloads).Select(Slow)], ArchiveTargets.Log);
        // What died during the downloads is removed first: then it writes as it did before.
        await server.Figures.QuietAsync(cancel, seconds: 60);
        var after = await WriteAsync("nobody downloads any more", _time / 4, [], target: null);
        report.Add(table);
        report.Measured(ArchiveTargets.Log, during);
        report.Measured(ArchiveTargets.LogAfterwards, after / before);

        async Task<double> WriteAsync(string meanwhile, TimeSpan time, Func<Task>[] downloads, Target? target)
        {
            Report.Progress($"log: {meanwhile}");
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var looking = WatchAsync(over.Token);
            var writing = Load.RunAsync(Records(server.Origin), Writers, client => WriteOne(client, over.Token), cancel);
            await Task.WhenAll([Task.Delay(time, cancel), .. downloads.Select(download => download())]);
            await over.CancelAsync();
            var (writes, largest) = (await writing, await looking);
            table.Row(meanwhile, $"{time.TotalSeconds:N0}", $"{writes:N0}", $"{largest / 1e6:N1}", $"{target?.Bound}");
            return largest / 1e6;
        }

        // One after the other, so that each has another state of the store to hold; for a time they overlap all.
        Func<Task> Slow(int number) => async () =>
        {
            await Task.Delay(number * _time / 60, cancel);
            await Task.Factory.StartNew(Download, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        };

        void Download()
        {
            using var client = new ArchiveClient(server.Origin);
            client.Download(_store.Path, _time);
        }
    }

    // Others write at random, over what is there.
    private bool WriteOne(RecordClient client, CancellationToken over)
    {
        if (over.IsCancellationRequested)
            return false;
        client.Write(client.Random.Next(_store.Records));
        return true;
    }

    private RecordStore Records(Uri origin) => new(
        new RecordRequests(origin, $"{_store.Path}/", "", 201, [$"Authorization: Bearer {OurProgram.Token}"], []),
        ArchivedStore.Bodies,
        _store.Records);

    /// <returns>How many bytes it had at most.</returns>
    private async Task<long> WatchAsync(CancellationToken over)
    {
        var largest = 0L;
        while (!over.IsCancellationRequested)
        {
            largest = Math.Max(largest, Directory.EnumerateFiles(_folder, "*-wal").Sum(file => new FileInfo(file).Length));
            await Task.Delay(BetweenLooks, CancellationToken.None);
        }
        return largest;
    }
}

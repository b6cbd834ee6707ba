namespace KvsRecords.Benchmarks;

/// <summary>Whether many who download at once get together what one gets, each a fair share, and leave room for others.</summary>
internal sealed class ConcurrencyTimer(OurProgram ours, ArchivedStores stores, Settings settings)
{
    private const int Clients = 64;

    private static readonly TimeSpan BetweenHealths = TimeSpan.FromMilliseconds(50);

    public async Task RunAsync(Report report, CancellationToken cancel)
    {
        ArchivedStore[] measured = [stores.Small, stores.Mixed];
        await stores.MakeAsync(ours, measured, cancel);
        await using var server = await stores.ServeAsync(ours, cancel);
        var table = new Table(
            $"{Clients} downloads at once, medians of {settings.Rounds} in turn with one",
            "<store", "one MB/s", "all MB/s", "all / one", "<target", "slowest s", "fastest s", "slowest / fastest", "<target",
            "health ms", "longest ms", "<target");
        var health = 0d;
        foreach (var store in measured)
            health = Math.Max(health, await MeasureAsync(store, server.Origin, table, report, cancel));
        report.Add(table);
        report.Measured(ArchiveTargets.Health, health);
    }

    private async Task<double> MeasureAsync(ArchivedStore store, Uri origin, Table table, Report report, CancellationToken cancel)
    {
        var (alone, together, healths) = (new List<double>(), new List<Crowd>(), new List<double>());
        // Also for what is made once for each of so many: connections of the database, threads.
        _ = await Crowd.DownloadAsync(origin, store.Path, Clients, cancel);
        for (var round = 0; round < settings.Rounds; round++)
        {
            Report.Progress($"concurrency: {store.Name}, round {round + 1} of {settings.Rounds}");
            alone.Add((await Crowd.DownloadAsync(origin, store.Path, clients: 1, cancel)).BytesPerSecond);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var asking = Task.Factory.StartNew(() => AskHealth(origin, over.Token), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            together.Add(await Crowd.DownloadAsync(origin, store.Path, Clients, cancel));
            await over.CancelAsync();
            healths.AddRange(await asking);
        }

        var (one, all) = (Median.Of(alone), Median.Of(together.Select(crowd => crowd.BytesPerSecond)));
        var unfairness = Median.Of(together.Select(crowd => crowd.Slowest / crowd.Fastest));
        var (throughput, fairness) = (ArchiveTargets.Throughput(store.Name), ArchiveTargets.Fairness(store.Name));
        report.Measured(throughput, all / one);
        report.Measured(fairness, unfairness);
        table.Row(
            store.Name, $"{one / 1e6:N0}", $"{all / 1e6:N0}", $"{all / one:N2}", throughput.Bound,
            $"{Median.Of(together.Select(crowd => crowd.Slowest)):N2}", $"{Median.Of(together.Select(crowd => crowd.Fastest)):N2}",
            $"{unfairness:N2}", fairness.Bound, $"{Median.Of(healths):N1}", $"{healths.Max():N1}",
            ArchiveTargets.Health.Bound);
        return healths.Max();
    }

    /// <returns>The milliseconds until each answer.</returns>
    private static List<double> AskHealth(Uri origin, CancellationToken over)
    {
        using var client = new HealthClient(origin);
        var times = new List<double>();
        do
            times.Add(client.Ask());
        while (!over.WaitHandle.WaitOne(BetweenHealths));
        return times;
    }
}

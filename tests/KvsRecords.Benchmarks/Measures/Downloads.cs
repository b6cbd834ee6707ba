using System.Diagnostics;

namespace KvsRecords.Benchmarks.Measures;

/// <summary>The time of a download and the size of the archive, beside peers that serve the finished archive or make their own.</summary>
internal static class Downloads
{
    // The level at which Go's archives come nearest to the size of ours: mixed 1.001 times it, 1.004 or more at a lower level.
    private const int EqualLevel = 6;

    private const int Crowded = 64;

    private static readonly string[] KeepNone = ["--archive-cache", "0"];

    // What a peer should take at least, as a multiple of our time: for mixed, images and small.
    private static readonly Dictionary<(string Measure, string Peer), double?[]> LeastTimes = new()
    {
        [("splicing", Nginx.Name)] = [0.8, 0.9, 0.2],
        [("splicing", Nginx.Buffered)] = [0.7, 0.7, null],
        [("splicing", Go.Name)] = [60, null, 40],
        [("live", Go.Name)] = [1.5, 10, 1.5],
        [("kept", Nginx.Name)] = [0.8, 0.8, null],
        [("kept", Go.Name)] = [40, null, 10],
    };

    public static Task OfManagedStoresAsync(Bench bench, CancellationToken cancel) => RunAsync(bench, "splicing", async (set, field) =>
    {
        field.Add(await bench.Ours.ServeManagedAsync(set, Managed(bench, set), cancel, Ours.Name, KeepNone));
        await AddPeersAsync(bench, set, field, cancel);
    }, cancel);

    /// <summary>Archives that have been downloaded before.</summary>
    public static Task OfKeptArchivesAsync(Bench bench, CancellationToken cancel) => RunAsync(bench, "kept", async (set, field) =>
    {
        field.Add(await bench.Ours.ServeLiveAsync(set.Storage, Ours.Archive(set.Name), cancel));
        field.Add(await bench.Ours.ServeManagedAsync(set, Managed(bench, set), cancel, $"{Ours.Name}, managed"));
        await AddPeersAsync(bench, set, field, cancel);
    }, cancel);

    public static Task OfLiveFoldersAsync(Bench bench, CancellationToken cancel) => RunAsync(bench, "live", async (set, field) =>
    {
        field.Add(await bench.Ours.ServeLiveAsync(set.Storage, Ours.Archive(set.Name), cancel, KeepNone));
        if (await bench.FindAsync(Go.Name, Go.PrepareAsync, cancel) is { } go)
            field.Add(await go.ServeAsync(set, level: null, cancel));
    }, cancel);

    private static async Task AddPeersAsync(Bench bench, DataSet set, Field field, CancellationToken cancel)
    {
        if (await bench.FindAsync(Nginx.Name, Nginx.PrepareAsync, cancel) is { } nginx)
        {
            field.Add(await nginx.ServeAsync(Nginx.Name, Finished(bench, Ours.Name), cancel));
            field.Add(await nginx.ServeAsync(Nginx.Buffered, Finished(bench, Ours.Name), cancel));
        }
        if (await bench.FindAsync(Go.Name, Go.PrepareAsync, cancel) is { } go)
            field.Add(await go.ServeAsync(set, EqualLevel, cancel));
    }

    private static async Task RunAsync(Bench bench, string measure, Func<DataSet, Field, Task> enter, CancellationToken cancel)
    {
        var table = new Table(
            $"Downloads, {measure}: medians of {bench.Settings.Rounds} rounds", "<set", "<contender", "downloads", "first byte ms",
            "whole ms", "MB/s", "time ÷ ours", "<asked for", "archive bytes", "size ÷ ours", "<asked for");
        var crowds = new Table($"{Crowded} downloads at once, medians", "<set", "<contender", "slowest ÷ fastest", "<asked for");
        foreach (var name in Recipe.Downloaded.Where(bench.Settings.Sets.Contains))
        {
            var set = await bench.Sets.GetAsync(name, cancel);
            await using var field = new Field();
            await enter(set, field);
            var results = await MeasureAsync(bench, $"{measure} {name}", set, field, cancel);
            foreach (var result in results)
            {
                var (whole, contender) = (result.Whole, result.Server.Name);
                var (time, size) = (whole / results[0].Whole, (double)result.Bytes / results[0].Bytes);
                var least = LeastTimes.GetValueOrDefault((measure, contender))?.ElementAtOrDefault(Array.IndexOf(Recipe.Downloaded, name));
                // Ours may be 1.02 times as large.
                var leastSize = measure == "live" && contender != Ours.Name ? Target.AtLeast(0.98) : null;
                table.Row(
                    name, contender, $"{result.Times.Count}", $"{result.First:N1}", $"{whole:N1}", $"{result.Bytes / 1e3 / whole:N0}",
                    $"{time:N2}", bench.Report.Judge($"{measure} {name}, time of {contender} ÷ ours", time, Target.AtLeast(least)),
                    $"{result.Bytes:N0}", $"{size:N3}", bench.Report.Judge($"{measure} {name}, size of {contender}", size, leastSize));
                if (measure == "splicing" && contender != Go.Name)
                    await AddCrowdAsync(bench, crowds, result.Server, name, cancel);
            }
        }
        bench.Report.Add(table);
        if (measure == "splicing")
            bench.Report.Add(crowds);
    }

    private static async Task AddCrowdAsync(Bench bench, Table table, Server server, string set, CancellationToken cancel)
    {
        Report.Progress($"{Crowded} downloads of {set} at once from {server.Name}");
        var spreads = new List<double>();
        // The first makes what is made once for so many: connections of the database, threads.
        for (var round = 0; round <= (bench.Settings.Quick ? 1 : 3); round++)
            spreads.Add((await Crowd.RunAsync(Crowded, () => new Connection(server.Address), Download, cancel)).Spread);
        var (spread, target) = (Median.Of(spreads.Skip(1)), server.Name == Ours.Name ? Target.AtMost(2) : null);
        table.Row(set, server.Name, $"{spread:N2}", bench.Report.Judge($"slowest ÷ fastest of {Crowded}, {set}", spread, target));

        long Download(Connection client) => client.Download(server.Request);
    }

    private static async Task<List<Result>> MeasureAsync(Bench bench, string what, DataSet set, Field field, CancellationToken cancel)
    {
        Report.Progress($"{what}: looking whether the archives are whole");
        var results = new List<Result>();
        foreach (var server in field)
            results.Add(new Result(server, await Task.Run(() => ArchiveCheck.Save(server, set, Finished(bench, server.Name)), cancel)));

        var turnSeconds = bench.Settings.Quick ? 0.05 : 0.5;
        // The first rounds warm up: the runtime compiles a hot path anew after 30 calls of a method, and lets some time pass before.
        for (var round = -2; round < bench.Settings.Rounds; round++)
        {
            Report.Progress($"{what}: round {round + 1} of {bench.Settings.Rounds}");
            for (var turn = 0; turn < results.Count; turn++)
                await Task.Run(() => results[(turn + round + 2) % results.Count].TakeTurn(turnSeconds, isCounted: round >= 0), cancel);
        }
        return results;
    }

    private static string Managed(Bench bench, DataSet set) => bench.Scratch($"spliced-{set.Name}");

    // The archive of ours stays there for nginx.
    private static string Finished(Bench bench, string contender) => bench.Scratch($"finished-by-{contender}.zip");

    private sealed record Result(Server Server, long Bytes)
    {
        public List<DownloadTime> Times { get; } = [];

        public double First => Median.Of(Times.Select(time => time.First));

        public double Whole => Median.Of(Times.Select(time => time.Whole));

        /// <summary>Downloads once, and again as long as the time is not over.</summary>
        public void TakeTurn(double seconds, bool isCounted)
        {
            var turn = Stopwatch.GetTimestamp();
            do
            {
                var time = Server.Time();
                if (time.Bytes != Bytes)
                    throw new BenchmarkException($"{Server.Name} sent an archive of {time.Bytes:N0} bytes, after one of {Bytes:N0}");
                if (isCounted)
                    Times.Add(time);
            }
            while (Stopwatch.GetElapsedTime(turn).TotalSeconds < seconds);
        }
    }
}

using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>How long a whole download of a store of ours takes, beside others who serve the finished archive, or who make one.</summary>
internal sealed class SplicingTimer(Download client, Settings settings, TempFolder scratch)
{
    private const int TurnsPerRound = 5;

    // Who takes that long is so far behind that two turns are enough.
    private const int SlowSeconds = 3;

    // The runtime compiles a hot path anew after 30 calls of a method, and lets some time pass before.
    private readonly int _warmUps = settings.Quick ? 1 : 10;

    private readonly SavedArchive _saved = new(client, scratch);

    private readonly int _turns = TurnsPerRound * settings.Rounds;

    public static IReadOnlyList<string> Timed { get; } = ["mixed", "images", "small"];

    public async Task RunAsync(IEnumerable<DataSet> sets, IReadOnlyList<ArchiveContender> contenders, Report report, CancellationToken cancel)
    {
        var table = new Table(
            "Whole downloads from a store of ours, medians",
            "<set", "<contender", "turns", "ms", "GB/s", "archive bytes", "size / ours", "its time / ours", "<target");
        foreach (var set in sets.Where(set => Timed.Contains(set.Name)))
        {
            var results = await MeasureAsync(set, contenders, report, cancel);
            foreach (var result in results)
                AddRow(table, set, result, results.Find(other => other.Name == OurProgram.ShortName), report);
        }
        report.Add(table);
    }

    private async Task<List<Result>> MeasureAsync(DataSet set, IReadOnlyList<ArchiveContender> contenders, Report report, CancellationToken cancel)
    {
        Report.Progress($"splicing {set.Name}: filling the store");
        await using var field = await ArchiveServer.StartAsync(contenders, set, report, cancel);
        var results = contenders.ToDictionary(contender => contender.Name, contender => new Result(contender.Name));
        var clients = new Dictionary<string, DiscardingClient>();
        try
        {
            Report.Progress($"splicing {set.Name}: looking whether the archives are whole");
            await field.EachAsync(0, async server =>
            {
                results[server.Name].Bytes = await _saved.CheckAsync(server, set, cancel);
                clients[server.Name] = new DiscardingClient(server.Archive);
            });
            for (var turn = -_warmUps; turn < _turns; turn++)
            {
                if (turn >= 0 && turn % TurnsPerRound == 0)
                    Report.Progress($"splicing {set.Name}: round {(turn / TurnsPerRound) + 1} of {settings.Rounds}");
                await field.EachAsync(turn + _warmUps, server =>
                    Task.Run(() => TakeTurn(turn, clients[server.Name], results[server.Name]), cancel));
            }
        }
        finally
        {
            foreach (var each in clients.Values)
                each.Dispose();
        }
        return [.. field.Names.Select(name => results[name])];
    }

    private void TakeTurn(int turn, DiscardingClient client, Result result)
    {
        if (result.IsSlow && turn != 0 && turn != _turns / 2)
            return;
        client.Connect();
        var start = Stopwatch.GetTimestamp();
        var bytes = client.Download();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (bytes != result.Bytes)
            throw new BenchmarkException($"an archive of {bytes:N0} bytes, after one of {result.Bytes:N0}");
        if (turn >= 0)
            result.Seconds.Add(seconds);
        else
            result.IsSlow = seconds > SlowSeconds;
    }

    private static void AddRow(Table table, DataSet set, Result result, Result? ours, Report report)
    {
        double? ratio = result.Median / ours?.Median;
        var target = SplicingTarget.Of(result.Name, set.Name);
        report.Measured(target, ratio);
        table.Row(
            set.Name, result.Name, $"{result.Seconds.Count}", $"{1000 * result.Median:N1}", $"{result.Bytes / 1e9 / result.Median:N3}",
            $"{result.Bytes:N0}", $"{result.Bytes / (double?)ours?.Bytes:N3}", $"{ratio:N2}", $"{target?.Bound}");
    }

    private sealed record Result(string Name)
    {
        public List<double> Seconds { get; } = [];

        public long Bytes { get; set; }

        public bool IsSlow { get; set; }

        public double Median => Benchmarks.Median.Of(Seconds);
    }
}

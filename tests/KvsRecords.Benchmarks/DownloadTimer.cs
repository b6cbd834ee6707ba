using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>How long a whole download takes, and how long the archive is.</summary>
internal sealed class DownloadTimer(Download client, int rounds, TempFolder scratch)
{
    private static readonly string[] Timed = ["mixed", "small", "images"];

    private readonly SavedArchive _saved = new(client, scratch);

    public async Task RunAsync(IEnumerable<DataSet> sets, IReadOnlyList<ArchiveContender> contenders, Report report, CancellationToken cancel)
    {
        var table = new Table(
            $"Whole downloads, medians of {rounds}",
            "<set", "<contender", "seconds", "MB/s", "archive bytes", "size / Go", "<target", "Go time / its", "<target");
        foreach (var set in sets.Where(set => Timed.Contains(set.Name)))
        {
            var results = await MeasureAsync(set, contenders, report, cancel);
            foreach (var result in results)
                AddRow(table, set, result, results.Find(other => other.Name == GoPeer.ShortName), report);
        }
        report.Add(table);
    }

    private async Task<List<Result>> MeasureAsync(DataSet set, IReadOnlyList<ArchiveContender> contenders, Report report, CancellationToken cancel)
    {
        await using var field = await ArchiveServer.StartAsync(contenders, set, report, cancel);
        var bytes = new Dictionary<string, long>();
        var seconds = contenders.ToDictionary(contender => contender.Name, _ => new List<double>());

        await field.EachAsync(0, async server => bytes[server.Name] = await _saved.CheckAsync(server, set, cancel));
        await field.EachAsync(0, server => client.DiscardAsync(server.Archive, cancel));
        for (var round = 0; round < rounds; round++)
        {
            Report.Progress($"{set.Name}: round {round + 1} of {rounds}");
            await field.EachAsync(round, async server =>
            {
                var start = Stopwatch.GetTimestamp();
                await client.DiscardAsync(server.Archive, cancel);
                seconds[server.Name].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            });
        }
        return [.. field.Names.Select(name => new Result(name, Median.Of(seconds[name]), bytes[name]))];
    }

    private static void AddRow(Table table, DataSet set, Result result, Result? go, Report report)
    {
        double? size = result.Bytes / (double?)go?.Bytes;
        var speed = go?.Seconds / result.Seconds;
        var ours = result.Name == OurProgram.ShortName;
        var sizeTarget = ours ? Target.Size(set.Name) : null;
        var speedTarget = ours ? Target.Speed(set.Name) : null;
        report.Measured(sizeTarget, size);
        report.Measured(speedTarget, speed);
        table.Row(
            set.Name, result.Name, $"{result.Seconds:N3}", $"{set.Bytes / 1e6 / result.Seconds:N1}", $"{result.Bytes:N0}",
            $"{size:N3}", $"{sizeTarget?.Bound}", $"{speed:N2}", $"{speedTarget?.Bound}");
    }

    private sealed record Result(string Name, double Seconds, long Bytes);
}

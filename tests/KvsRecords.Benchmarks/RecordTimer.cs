using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>How many records a second are written, and how many read.</summary>
internal sealed class RecordTimer(Settings settings, TempFolder scratch)
{
    private readonly int _warmUps = settings.Quick ? 0 : 1;

    private readonly TimeSpan _turn = TimeSpan.FromSeconds(settings.Quick ? 0.1 : 2);

    private readonly int _filled = settings.Quick ? 100 : 2_000;

    public async Task RunAsync(IReadOnlyList<RecordContender> contenders, Report report, CancellationToken cancel)
    {
        report.Add(await Task.Run(() => Disk(cancel), cancel));
        await using var field = await Field<RecordServer>.StartAsync(
            contenders,
            contender => RecordServer.StartAsync(contender, scratch.Inside($"records-{contender.Name}"), _filled, cancel),
            "records", report, cancel);
        var results = new RecordResults(field.Names);
        foreach (var line in RecordLine.All)
            results.Add(line, await MeasureAsync(line, field, cancel));
        results.Tell(settings.Rounds, report);
    }

    private Table Disk(CancellationToken cancel)
    {
        var table = new Table("The disk alone", "<what", "a second");
        table.Row("4 KiB appended to a file, and synced", $"{DiskSync.PerSecond(scratch, _turn, cancel):N0}");
        return table;
    }

    /// <returns>Medians of requests a second.</returns>
    private async Task<Dictionary<string, double>> MeasureAsync(RecordLine line, Field<RecordServer> field, CancellationToken cancel)
    {
        Report.Progress($"{line}");
        var speeds = field.Names.ToDictionary(name => name, _ => new List<double>());
        for (var round = -_warmUps; round < settings.Rounds; round++)
        {
            await field.EachAsync(round + _warmUps, async server =>
            {
                var speed = await TurnAsync(line, server, cancel);
                if (round >= 0)
                    speeds[server.Name].Add(speed);
                // What it puts off is not to slow the next one down.
                await server.Figures.QuietAsync(cancel);
            });
        }
        return field.Names.ToDictionary(name => name, name => Median.Of(speeds[name]));
    }

    private Task<double> TurnAsync(RecordLine line, RecordServer server, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        return Load.RunAsync(server.Store(line.Bodies), line.Clients, Ask, cancel);

        bool Ask(RecordClient client)
        {
            if (Stopwatch.GetElapsedTime(start) > _turn)
                return false;
            if (line.What == RecordLine.Write)
                client.Write(client.Store.NextNumber());
            else
                client.Read(client.Random.Next(client.Store.Filled));
            return true;
        }
    }
}

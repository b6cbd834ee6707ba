using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>How soon a fresh process answers, and what it takes of memory and disk when nobody asks it anything more.</summary>
internal sealed class StartTimer(Settings settings, TempFolder scratch)
{
    // A start takes a tenth of a second, and any other process on the machine is seen in it.
    private const int RunsPerRound = 4;

    public async Task RunAsync(IReadOnlyList<StartContender> contenders, Report report, CancellationToken cancel)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
        var measured = contenders.ToDictionary(contender => contender, _ => new List<(double Start, double Idle)>());
        for (var run = 0; run < settings.Rounds * RunsPerRound; run++)
        {
            Report.Progress($"start, turn {run + 1}");
            foreach (var contender in contenders)
                measured[contender].Add(await StartAsync(contender, client, run, cancel));
        }
        Tell(measured, report);
    }

    private async Task<(double Start, double Idle)> StartAsync(StartContender contender, HttpClient client, int run, CancellationToken cancel)
    {
        var folder = Directory.CreateDirectory(scratch.Inside($"start-{contender.Name}-{run}")).FullName;
        var begin = Stopwatch.GetTimestamp();
        await using var server = await ServerProcess.StartAsync(contender.Command(folder), cancel);
        using var answer = await client.GetAsync(new Uri(server.Origin, contender.Path), cancel);
        var start = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        if (contender.Name == OurProgram.ShortName)
            answer.EnsureSuccessStatusCode();

        await server.Figures.QuietAsync(cancel);
        return (start, server.Figures.ResidentBytes / 1e6);
    }

    private void Tell(Dictionary<StartContender, List<(double Start, double Idle)>> measured, Report report)
    {
        var table = new Table(
            $"From the start to the first answer, medians of {settings.Rounds * RunsPerRound} fresh processes",
            "<contender", "start ms", "fastest ms", "idle MB", "size MB", "<target");
        foreach (var (contender, runs) in measured)
        {
            var (start, idle, size) = (Median.Of(runs.Select(run => run.Start)), Median.Of(runs.Select(run => run.Idle)), contender.Size / 1e6);
            var isOurs = contender.Name == OurProgram.ShortName;
            report.Measured(isOurs ? Target.Start : null, start);
            report.Measured(isOurs ? Target.Idle : null, idle);
            report.Measured(isOurs ? Target.ProgramSize : null, size);
            table.Row(
                contender.Name, $"{start:N1}", $"{runs.Min(run => run.Start):N1}", $"{idle:N1}", $"{size:N1}",
                isOurs ? $"{Target.Start.Bound}, {Target.Idle.Bound}, {Target.ProgramSize.Bound}" : "");
        }
        report.Add(table);
    }
}

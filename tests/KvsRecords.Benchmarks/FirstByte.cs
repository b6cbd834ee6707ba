using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>How soon the archive of a long list begins, beside the time of only listing it.</summary>
internal sealed class FirstByte(Download client)
{
    private const int Runs = 9;

    private const int WarmUps = 3;

    public async Task RunAsync(IEnumerable<DataSet> sets, IReadOnlyList<ArchiveContender> contenders, Report report, CancellationToken cancel)
    {
        if (sets.FirstOrDefault(set => set.Name == "many") is not { } set)
            return;
        Report.Progress($"{set.Name}: first byte");
        var listing = new List<double>();
        var first = contenders.ToDictionary(contender => contender.Name, _ => new List<double>());
        await using var field = await ArchiveServer.StartAsync(contenders, set, report, cancel);
        for (var run = -WarmUps; run < Runs; run++)
        {
            Note(run, listing, await TimeAsync(() => ListAsync(set, cancel)));
            await field.EachAsync(run + WarmUps, async server =>
            {
                Note(run, first[server.Name], await TimeAsync(() => client.FirstByteAsync(server.Archive, cancel)));
                // What it does about the aborted download is not to slow the next measurement down.
                await server.Figures.QuietAsync(cancel);
            });
        }
        Tell(Median.Of(listing), field.Names, first, report);
    }

    private static void Tell(double ls, IEnumerable<string> names, Dictionary<string, List<double>> first, Report report)
    {
        var table = new Table(
            $"First byte of many, medians of {Runs} warm runs",
            "<contender", "first byte ms", "ls ms", "first byte / ls", "<target");
        foreach (var name in names)
        {
            var milliseconds = Median.Of(first[name]);
            var target = name == OurProgram.ShortName ? Target.FirstByte : null;
            report.Measured(target, milliseconds / ls);
            table.Row(name, $"{milliseconds:N1}", $"{ls:N1}", $"{milliseconds / ls:N2}", $"{target?.Bound}");
        }
        report.Add(table);
    }

    private static void Note(int run, List<double> times, double time)
    {
        if (run >= 0)
            times.Add(time);
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task ListAsync(DataSet set, CancellationToken cancel)
    {
        using var shell = Process.Start("/bin/sh", ["-c", "LC_ALL=C ls \"$1\" > /dev/null", "sh", set.Folder]);
        await shell.WaitForExitAsync(cancel);
        if (shell.ExitCode != 0)
            throw new BenchmarkException($"ls ended with {shell.ExitCode}.");
    }
}

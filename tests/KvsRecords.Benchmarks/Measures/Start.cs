using System.Diagnostics;

namespace KvsRecords.Benchmarks.Measures;

/// <summary>The time until a fresh native process answers, its memory when it is idle, and its size on the disk.</summary>
internal static class Start
{
    // A start takes a tenth of a second, in which any other process on the machine is felt.
    private const int RunsPerRound = 4;

    public static async Task RunAsync(Bench bench)
    {
        var ours = Ours.Find(bench, isNative: true);
        var (starts, idles, runs) = (new List<double>(), new List<double>(), bench.Settings.Rounds * RunsPerRound);
        for (var run = 0; run < runs; run++)
        {
            Report.Progress($"start: {run + 1} of {runs}");
            var begin = Stopwatch.GetTimestamp();
            await using var server = await ours.ServeAsync("/_emulator/health", "--data", bench.Scratch($"start-{run}"));
            server.Time();
            starts.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            await server.QuietAsync();
            idles.Add(server.ResidentMemory().Now);
        }

        var size = ours.Executable.Directory!.EnumerateFiles().Sum(file => file.Length) / 1e6;
        var table = new Table($"The native program, medians of {runs} fresh processes", "<what", "median", "least", "<asked for");
        Row("from the start to the first answer, ms", Median.Of(starts), starts.Min(), 80);
        Row("idle memory, MB", Median.Of(idles), idles.Min(), 30);
        Row("size on the disk, MB", size, size, 28);
        bench.Report.Add(table);

        void Row(string what, double median, double least, double most) =>
            table.Row(what, $"{median:N1}", $"{least:N1}", bench.Report.AtMost(what, median, most));
    }
}

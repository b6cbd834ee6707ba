using System.Runtime.InteropServices;
using KvsRecords.Benchmarks;

if (HealthProbe.Runs(args))
    return 0;

return await CommandLine.InvokeAsync(args, async (settings, cancel) =>
{
    using var bench = new Bench(settings);
    bench.Report.About($"Date: {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC");
    bench.Report.About($"Machine: {Environment.ProcessorCount} cores, {Line("/proc/cpuinfo", "model name", ':')}");
    bench.Report.About($"System: {Line("/etc/os-release", "PRETTY_NAME", '=')}, {RuntimeInformation.FrameworkDescription}");
    // Where it is more than a little, other programs have their share in the figures.
    bench.Report.About($"Load before: {File.ReadAllText("/proc/loadavg").Split(' ')[0]} in the last minute");
    bench.Report.About($"Command line: {string.Join(' ', args)}");
    return await bench.RunAsync(cancel);
});

static string Line(string file, string name, char separator) =>
    File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(separator)[1].Trim(' ', '"');

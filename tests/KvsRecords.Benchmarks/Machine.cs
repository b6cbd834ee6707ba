using System.Runtime.InteropServices;

namespace KvsRecords.Benchmarks;

/// <summary>Where and how the figures were made: without it they mean little.</summary>
internal static class Machine
{
    private const string LoadFile = "/proc/loadavg";

    public static IEnumerable<string> Describe(string[] args) =>
    [
        $"Date: {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC",
        $"Machine: {Environment.ProcessorCount} cores, {Value("/proc/cpuinfo", "model name", ':')}",
        $"System: {Value("/etc/os-release", "PRETTY_NAME", '=')}",
        // More than a little, and others have their share in the figures.
        $"Load before: {(File.Exists(LoadFile) ? File.ReadAllText(LoadFile).Split(' ')[0] : "unknown")} in the last minute",
        $".NET: {Environment.Version}, {RuntimeInformation.RuntimeIdentifier}",
        $"Command line: {string.Join(' ', args.Prepend("KvsRecords.Benchmarks"))}",
    ];

    private static string Value(string file, string name, char separator)
    {
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) : null;
        return line is null ? "unknown" : line[(line.IndexOf(separator, StringComparison.Ordinal) + 1)..].Trim().Trim('"');
    }
}

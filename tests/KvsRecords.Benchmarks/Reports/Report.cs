using System.Runtime.InteropServices;
using System.Text;

namespace KvsRecords.Benchmarks.Reports;

/// <summary>The figures of a run: printed as they come, and kept for the Markdown file.</summary>
internal sealed class Report
{
    private readonly StringBuilder _about = new("# Benchmark of kvs-records\n\n");
    private readonly StringBuilder _figures = new();
    private readonly List<string> _missed = [];
    private int _reached;

    public Report()
    {
        About($"Date: {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC");
        About($"Machine: {Environment.ProcessorCount} cores, {Line("/proc/cpuinfo", "model name", ':')}");
        About($"System: {Line("/etc/os-release", "PRETTY_NAME", '=')}, {RuntimeInformation.FrameworkDescription}");
        // Where it is more than a little, other programs have their share in the figures.
        About($"Load before: {File.ReadAllText("/proc/loadavg").Split(' ')[0]} in the last minute");
    }

    public bool Failed { get; private set; }

    public string Markdown => $"{_about}{_figures}";

    /// <summary>Shows progress on the error output: a report that goes into a file holds figures only.</summary>
    public static void Progress(string what) => Console.Error.WriteLine($"... {what}");

    /// <summary>Adds a line about the machine, a contender or a set to the head of the report.</summary>
    public void About(string line)
    {
        Console.WriteLine(line);
        _about.Append("- ").Append(line).Append('\n');
    }

    public void Add(Table table) => Paragraph($"{table}");

    /// <summary>Counts a figure as reached or missed, which changes nothing in the exit code.</summary>
    /// <returns>The cell of a table; empty without a limit or a figure.</returns>
    public string AtLeast(string what, double? value, double? limit) => Judge(what, value, limit, value >= limit, $"≥ {limit}");

    /// <inheritdoc cref="AtLeast"/>
    public string AtMost(string what, double? value, double? limit, string unit = "") =>
        Judge(what, value, limit, value <= limit, $"≤ {limit}{unit}");

    public void Fail(string what)
    {
        Failed = true;
        Paragraph($"Did not work: {what}");
    }

    public void Conclude(bool quick) => Paragraph(
        (quick ? "Made with --quick: the figures mean nothing. " : "")
        + $"Targets: {_reached} reached, {_missed.Count} missed{string.Concat(_missed)}.");

    private static string Line(string file, string name, char separator) =>
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(separator)[1].Trim(' ', '"');

    private string Judge(string what, double? value, double? limit, bool isReached, string target)
    {
        if (limit is null || value is null)
            return "";
        if (isReached)
            _reached++;
        else
            _missed.Add($"; {what} {value:0.###} ({target})");
        return $"{target}: {(isReached ? "reached" : "missed")}";
    }

    private void Paragraph(string text)
    {
        Console.WriteLine($"\n{text}");
        _figures.Append('\n').Append(text).Append('\n');
    }
}

using System.Text;

namespace KvsRecords.Benchmarks.Reports;

/// <summary>The figures of a run: printed as they come, and kept for the Markdown file.</summary>
internal sealed class Report
{
    private readonly StringBuilder _about = new("# Benchmark of kvs-records\n\n");
    private readonly StringBuilder _figures = new();
    private readonly List<string> _missed = [];
    private int _reached;

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

    public void Add(Table table) => Paragraph($"## {table.Title}\n\n{table.Markdown}");

    /// <summary>Counts a figure as reached or missed, which changes nothing in the exit code.</summary>
    /// <returns>The cell of a table; empty without a target or a figure.</returns>
    public string Judge(string what, double? value, Target? target)
    {
        if (target is null || value is null)
            return "";
        var isReached = target.IsReachedBy(value.Value);
        if (isReached)
            _reached++;
        else
            _missed.Add($"; {what} {value:0.###} ({target})");
        return $"{target}: {(isReached ? "reached" : "missed")}";
    }

    public void Fail(string what)
    {
        Failed = true;
        Paragraph($"Did not work: {what}");
    }

    public void Conclude(bool quick) => Paragraph(
        (quick ? "Made with --quick: the figures mean nothing. " : "")
        + $"Targets: {_reached} reached, {_missed.Count} missed{string.Concat(_missed)}.");

    private void Paragraph(string text)
    {
        Console.WriteLine($"\n{text}");
        _figures.Append('\n').Append(text).Append('\n');
    }
}

/// <summary>A limit that a figure should keep.</summary>
internal sealed record Target(bool IsLeast, double Limit, string Unit)
{
    public static Target AtLeast(double limit, string unit = "") => new(IsLeast: true, limit, unit);

    public static Target? AtLeast(double? limit) => limit is null ? null : AtLeast(limit.Value);

    public static Target AtMost(double limit, string unit = "") => new(IsLeast: false, limit, unit);

    public bool IsReachedBy(double value) => IsLeast ? value >= Limit : value <= Limit;

    public override string ToString() => $"{(IsLeast ? '≥' : '≤')} {Limit}{Unit}";
}

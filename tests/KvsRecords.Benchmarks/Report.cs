using System.Text;

namespace KvsRecords.Benchmarks;

/// <summary>Tells the figures as they come, and keeps them for the Markdown file.</summary>
internal sealed class Report
{
    private readonly StringBuilder _markdown = new("# Benchmark of kvs-records\n");
    private readonly Dictionary<Target, double> _measured = [];

    public bool Failed { get; private set; }

    public string Markdown => _markdown.ToString();

    public void About(IEnumerable<string> lines)
    {
        _markdown.Append('\n');
        foreach (var line in lines)
        {
            Console.WriteLine(line);
            _markdown.Append("- ").Append(line).Append('\n');
        }
    }

    public void Add(Table table)
    {
        if (table.IsEmpty)
            return;
        Console.Write($"\n{table.Title}\n\n{table.Text}");
        _markdown.Append('\n').Append("## ").Append(table.Title).Append("\n\n").Append(table.Markdown);
    }

    public void Measured(Target? target, double? value)
    {
        if (target is not null && value is not null)
            _measured[target] = value.Value;
    }

    // Not on the standard output: a report that goes into a file holds figures only.
    public static void Progress(string what) => Console.Error.WriteLine($"... {what}");

    public void Fail(string what)
    {
        Failed = true;
        Paragraph($"Did not work: {what}");
    }

    public void Conclude(bool quick)
    {
        if (quick)
            Paragraph("Made with --quick: the figures mean nothing.");
        Paragraph($"Targets: {string.Join("; ", Target.All.Select(Verdict))}.");
    }

    private string Verdict(Target target)
    {
        if (!_measured.TryGetValue(target, out var value))
            return $"{target.What} ({target.Bound}) not measured";
        return $"{target.What} {value:0.###} ({target.Bound}) {(target.IsReached(value) ? "reached" : "not reached")}";
    }

    private void Paragraph(string text)
    {
        Console.WriteLine($"\n{text}");
        _markdown.Append('\n').Append(text).Append('\n');
    }
}

namespace KvsRecords.Benchmarks;

/// <summary>Rows under headings. A heading that begins with '&lt;' is that of a column of words: it stands to the left.</summary>
internal sealed class Table(string title, params string[] headings)
{
    private readonly string[] _headings = [.. headings.Select(heading => heading.TrimStart('<'))];
    private readonly bool[] _left = [.. headings.Select((heading, i) => i == 0 || heading.StartsWith('<'))];
    private readonly List<string[]> _rows = [];

    public string Title => title;

    public bool IsEmpty => _rows.Count == 0;

    public void Row(params string[] cells) => _rows.Add(cells);

    public string Text => Lines(" ", "  ", " ", width => new string('-', width));

    public string Markdown => Lines("| ", " | ", " |", width => new string('-', width));

    private string Lines(string before, string between, string after, Func<int, string> rule)
    {
        var widths = _headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max()).ToArray();
        var ruler = widths.Select((width, column) => _left[column] ? rule(width) : rule(width - 1) + (before[0] == '|' ? ':' : '-'));
        IEnumerable<IEnumerable<string>> lines = [_headings, ruler, .. _rows];
        return string.Concat(lines.Select(line => $"{before}{string.Join(between, line.Select(Aligned))}{after}".TrimEnd() + "\n"));

        string Aligned(string cell, int column) => _left[column] ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]);
    }
}

namespace KvsRecords.Benchmarks.Reports;

/// <summary>Rows under headings. A heading that begins with '&lt;' is that of a column of words: it stands to the left.</summary>
internal sealed class Table(string title, params string[] headings)
{
    private readonly List<string[]> _rows = [[.. headings.Select(heading => heading.TrimStart('<'))]];

    public void Row(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = headings.Select((_, column) => _rows.Max(row => row[column].Length)).ToArray();
        var rule = widths.Select((width, column) => IsLeft(column) ? new string('-', width) : new string('-', width - 1) + ":");
        IEnumerable<IEnumerable<string>> lines = [_rows[0], rule, .. _rows.Skip(1)];
        return $"## {title}\n\n{string.Join('\n', lines.Select(line => $"| {string.Join(" | ", line.Select(Aligned))} |"))}";

        bool IsLeft(int column) => headings[column].StartsWith('<');

        string Aligned(string cell, int column) => IsLeft(column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]);
    }
}

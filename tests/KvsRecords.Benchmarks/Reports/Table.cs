namespace KvsRecords.Benchmarks.Reports;

/// <summary>Rows under headings. A heading that begins with '&lt;' is that of a column of words: it stands to the left.</summary>
internal sealed class Table(string title, params string[] headings)
{
    private readonly List<string[]> _rows = [[.. headings.Select(heading => heading.TrimStart('<'))]];

    public string Title => title;

    public string Markdown
    {
        get
        {
            var widths = headings.Select((_, column) => _rows.Max(row => row[column].Length)).ToArray();
            var rule = widths.Select((width, column) => IsLeft(column) ? new string('-', width) : new string('-', width - 1) + ":");
            IEnumerable<IEnumerable<string>> lines = [_rows[0], rule, .. _rows.Skip(1)];
            return string.Join('\n', lines.Select(line => $"| {string.Join(" | ", line.Select(Aligned))} |"));

            string Aligned(string cell, int column) => IsLeft(column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]);
        }
    }

    public void Row(params string[] cells) => _rows.Add(cells);

    private bool IsLeft(int column) => headings[column].StartsWith('<');
}

internal static class Median
{
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}

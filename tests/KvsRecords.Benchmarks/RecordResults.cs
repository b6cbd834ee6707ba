namespace KvsRecords.Benchmarks;

/// <summary>The speeds of all, line by line, and how far ahead of each peer we are.</summary>
internal sealed class RecordResults(IReadOnlyList<string> names)
{
    private readonly List<(RecordLine Line, IReadOnlyDictionary<string, double> Speeds)> _lines = [];

    private readonly string[] _peers = [.. names.Where(name => name != OurProgram.ShortName)];

    public void Add(RecordLine line, IReadOnlyDictionary<string, double> speeds) => _lines.Add((line, speeds));

    public void Tell(int rounds, Report report)
    {
        var table = new Table(
            $"Records a second, medians of {rounds}",
            ["<what", "<body", "clients", .. names, .. _peers.Select(peer => $"ours / {peer}"), "<target"]);
        foreach (var (line, speeds) in _lines)
        {
            var target = Target.Records(line.What, line.Clients);
            table.Row(
            [
                line.What, line.Bodies.Size, $"{line.Clients}",
                .. names.Select(name => speeds.TryGetValue(name, out var speed) ? $"{speed:N0}" : ""),
                .. _peers.Select(peer => $"{Ahead(peer, speeds):N1}"),
                target.Bound,
            ]);
        }
        report.Add(table);

        // The least is what is promised of every line.
        foreach (var lines in _lines.GroupBy(line => Target.Records(line.Line.What, line.Line.Clients)))
            report.Measured(lines.Key, lines.SelectMany(line => _peers.Select(peer => Ahead(peer, line.Speeds))).Min());
    }

    private static double? Ahead(string peer, IReadOnlyDictionary<string, double> speeds) =>
        speeds.TryGetValue(OurProgram.ShortName, out var ours) && speeds.TryGetValue(peer, out var theirs) ? ours / theirs : null;
}

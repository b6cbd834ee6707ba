namespace KvsRecords.Benchmarks;

/// <summary>How much memory a server takes, at most, to send a long list and to send long records.</summary>
internal sealed class Memory(Download client, TempFolder scratch)
{
    private static readonly string[] Heavy = ["many", "huge"];

    private readonly SavedArchive _saved = new(client, scratch);

    public async Task RunAsync(IEnumerable<DataSet> sets, IReadOnlyList<ArchiveContender> contenders, Report report, CancellationToken cancel)
    {
        var table = new Table("Resident memory, one download by a fresh process", "<set", "<contender", "idle MB", "peak MB", "<target");
        foreach (var set in sets.Where(set => Heavy.Contains(set.Name)))
        {
            foreach (var contender in contenders)
                await MeasureAsync(set, contender, table, report, cancel);
        }
        report.Add(table);
    }

    private async Task MeasureAsync(DataSet set, ArchiveContender contender, Table table, Report report, CancellationToken cancel)
    {
        Report.Progress($"{set.Name}: memory of {contender.Name}");
        await using var field = await ArchiveServer.StartAsync([contender], set, report, cancel);
        await field.EachAsync(0, async server =>
        {
            await server.Figures.QuietAsync(cancel);
            var idle = server.Figures.ResidentBytes / 1e6;
            await _saved.CheckAsync(server, set, cancel);
            var peak = server.Figures.PeakResidentBytes / 1e6;
            var target = contender.Name == OurProgram.ShortName ? Target.Memory(set.Name) : null;
            report.Measured(target, peak);
            table.Row(set.Name, contender.Name, $"{idle:N1}", $"{peak:N1}", $"{target?.Bound}");
        });
    }
}

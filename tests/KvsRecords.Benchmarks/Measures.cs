namespace KvsRecords.Benchmarks;

/// <summary>What can be measured, in this order.</summary>
internal sealed class Measures(Settings settings, TempFolder scratch, Report report)
{
    public const string Downloads = "downloads";

    public const string Records = "records";

    public const string Listing = "listing";

    public const string Seeding = "seeding";

    private readonly Contenders _contenders = new(settings, scratch);

    public static IReadOnlyList<string> Names { get; } = [Downloads, Records, Listing, Seeding];

    public async Task RunAsync(CancellationToken cancel)
    {
        var sets = await new DataSets(settings, scratch).MakeAsync(settings.Sets.Where(IsNeeded), report, cancel);
        if (settings.Measures.Contains(Downloads))
            await DownloadsAsync(sets, cancel);
        if (settings.Measures.Contains(Records))
            await RecordsAsync(cancel);
    }

    private bool IsNeeded(string set) =>
        settings.Measures.Contains(Downloads) || (settings.Measures.Contains(Seeding) && set is "mixed" or "many");

    private async Task DownloadsAsync(IReadOnlyList<DataSet> sets, CancellationToken cancel)
    {
        var contenders = await _contenders.ArchivesAsync(report, cancel);
        if (contenders.Count == 0)
            return;
        using var client = new Download();
        await new DownloadTimer(client, settings.Rounds, scratch).RunAsync(sets, contenders, report, cancel);
        await new Memory(client, scratch).RunAsync(sets, contenders, report, cancel);
        await new FirstByte(client).RunAsync(sets, contenders, report, cancel);
    }

    private async Task RecordsAsync(CancellationToken cancel)
    {
        var contenders = await _contenders.RecordsAsync(report, cancel);
        if (contenders.Count > 0)
            await new RecordTimer(settings, scratch).RunAsync(contenders, report, cancel);
    }
}

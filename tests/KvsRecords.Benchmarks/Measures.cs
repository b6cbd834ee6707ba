using KvsRecords.Benchmarks.LiveFolder;
using KvsRecords.Benchmarks.UnderLoad;

namespace KvsRecords.Benchmarks;

/// <summary>What can be measured, in this order.</summary>
internal sealed class Measures(Settings settings, TempFolder scratch, Report report)
{
    public const string Downloads = "downloads";

    public const string Splicing = "splicing";

    public const string Records = "records";

    public const string Listing = "listing";

    public const string Folder = "folder";

    public const string Seeding = "seeding";

    public const string Scale = "scale";

    public const string Footprint = "footprint";

    public const string Concurrency = "concurrency";

    public const string Log = "log";

    public const string Load = "load";

    public const string Start = "start";

    private readonly Contenders _contenders = new(settings, scratch);

    private readonly ArchivedStores _stores = new(settings, scratch);

    public static IReadOnlyList<string> Names { get; } =
        [Downloads, Splicing, Records, Listing, Folder, Seeding, Scale, Footprint, Concurrency, Log, Load, Start];

    public async Task RunAsync(CancellationToken cancel)
    {
        var sets = await new DataSets(settings, scratch).MakeAsync(settings.Sets.Where(IsNeeded), report, cancel);
        if (settings.Measures.Contains(Downloads))
            await DownloadsAsync(sets, cancel);
        if (settings.Measures.Contains(Splicing))
            await OursAsync(ours => SplicingAsync(ours, sets, cancel));
        if (settings.Measures.Contains(Records))
            await RecordsAsync(cancel);
        if (settings.Measures.Contains(Listing))
            await OursAsync(ours => new ListingTimer(ours, settings, scratch).RunAsync(report, cancel));
        if (settings.Measures.Contains(Folder))
            await OursAsync(ours => new FolderTimer(ours, settings, scratch).RunAsync(report, cancel));
        if (settings.Measures.Contains(Seeding))
            await OursAsync(ours => new SeedingTimer(ours, settings, scratch).RunAsync(sets, report, cancel));
        if (settings.Measures.Contains(Scale))
            await OursAsync(ours => new ScaleTimer(ours, _stores, settings).RunAsync(report, cancel));
        if (settings.Measures.Contains(Footprint))
            await OursAsync(ours => new FootprintMeter(ours, _stores, scratch).RunAsync(report, cancel));
        if (settings.Measures.Contains(Concurrency))
            await OursAsync(ours => new ConcurrencyTimer(ours, _stores, settings).RunAsync(report, cancel));
        if (settings.Measures.Contains(Log))
            await OursAsync(ours => new LogMeter(ours, settings, scratch).RunAsync(report, cancel));
        if (settings.Measures.Contains(Load))
            await OursAsync(ours => new LoadTest(ours, settings, scratch).RunAsync(report, cancel));
        if (settings.Measures.Contains(Start))
            await StartAsync(cancel);
    }

    private bool IsNeeded(string set) =>
        settings.Measures.Contains(Downloads)
        || (settings.Measures.Contains(Splicing) && SplicingTimer.Timed.Contains(set))
        || (settings.Measures.Contains(Seeding) && set is "mixed" or "many");

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

    private async Task SplicingAsync(OurProgram ours, IReadOnlyList<DataSet> sets, CancellationToken cancel)
    {
        using var client = new Download();
        var contenders = await _contenders.SplicingAsync(ours, client, report, cancel);
        await new SplicingTimer(client, settings, scratch).RunAsync(sets, contenders, report, cancel);
    }

    private async Task RecordsAsync(CancellationToken cancel)
    {
        var contenders = await _contenders.RecordsAsync(report, cancel);
        if (contenders.Count > 0)
            await new RecordTimer(settings, scratch).RunAsync(contenders, report, cancel);
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        var contenders = await _contenders.StartsAsync(report, cancel);
        try
        {
            if (contenders.Count > 0)
                await new StartTimer(settings, scratch).RunAsync(contenders, report, cancel);
        }
        catch (Exception failure) when (failure is BenchmarkException or HttpRequestException)
        {
            report.Fail($"start: {failure.Message}");
        }
    }

    // Nobody else takes part.
    private async Task OursAsync(Func<OurProgram, Task> measure)
    {
        try
        {
            if (settings.Contenders.Contains(OurProgram.ShortName))
                await measure(OurProgram.Find(settings));
        }
        catch (NotHereException absence)
        {
            Report.Progress($"not here: {absence.Message}");
        }
        catch (Exception failure) when (failure is BenchmarkException or HttpRequestException or IOException)
        {
            report.Fail($"{OurProgram.ShortName}: {failure.Message}");
        }
    }
}

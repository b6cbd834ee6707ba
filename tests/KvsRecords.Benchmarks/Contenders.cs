namespace KvsRecords.Benchmarks;

/// <summary>Finds who is here to be measured.</summary>
internal sealed class Contenders(Settings settings, TempFolder scratch)
{
    public static readonly IReadOnlyList<string> Peers =
        [GoPeer.ShortName, NodePeer.ShortName, AzuritePeer.ShortName, MotoPeer.ShortName, BarePeer.NativeName, BarePeer.JittedName];

    /// <summary>Who serves archives.</summary>
    public Task<IReadOnlyList<ArchiveContender>> ArchivesAsync(Report report, CancellationToken cancel) =>
        FindAsync<ArchiveContender>("Who serves archives", report, new()
        {
            [OurProgram.ShortName] = () => Task.FromResult<ArchiveContender>(new OurArchives(OurProgram.Find(settings))),
            [GoPeer.ShortName] = () => GoPeer.PrepareAsync(scratch, cancel),
            [NodePeer.ShortName] = () => NodePeer.PrepareAsync(scratch, cancel),
        });

    /// <summary>Who keeps records.</summary>
    public Task<IReadOnlyList<RecordContender>> RecordsAsync(Report report, CancellationToken cancel) =>
        FindAsync<RecordContender>("Who keeps records", report, new()
        {
            [OurProgram.ShortName] = () => Task.FromResult<RecordContender>(new OurRecords(OurProgram.Find(settings))),
            [AzuritePeer.ShortName] = () => AzuritePeer.PrepareAsync(scratch, cancel),
            [MotoPeer.ShortName] = () => MotoPeer.PrepareAsync(scratch, cancel),
        });

    /// <summary>Who is started.</summary>
    public Task<IReadOnlyList<StartContender>> StartsAsync(Report report, CancellationToken cancel) =>
        FindAsync<StartContender>("Who is started", report, new()
        {
            [OurProgram.ShortName] = () => Task.FromResult(StartContender.Ours(OurProgram.FindNative(settings))),
            [AzuritePeer.ShortName] = () => StartContender.AzuriteAsync(scratch, cancel),
            [BarePeer.NativeName] = () => BarePeer.NativeAsync(scratch, cancel),
            [BarePeer.JittedName] = () => BarePeer.JittedAsync(scratch, cancel),
        });

    private async Task<IReadOnlyList<T>> FindAsync<T>(string title, Report report, Dictionary<string, Func<Task<T>>> known)
        where T : Contender
    {
        var here = new List<T>();
        var table = new Table(title, "contender", "<what");
        foreach (var name in settings.Contenders.Where(known.ContainsKey))
        {
            try
            {
                var contender = await known[name]();
                here.Add(contender);
                table.Row(name, contender.About);
            }
            catch (NotHereException absence)
            {
                table.Row(name, $"not here: {absence.Message}");
            }
        }
        report.Add(table);
        return here;
    }
}

namespace KvsRecords.Benchmarks;

/// <summary>Finds who is here to be measured.</summary>
internal sealed class Contenders(Settings settings, TempFolder scratch)
{
    // Where the archives of peers come nearest to the size of ours: of mixed 1.001 times it for Go, 0.999 for archiver, 1.000 for yazl;
    // a level lower it is 1.004 or more.
    private const int EqualLevel = 6;

    public static readonly IReadOnlyList<string> Peers =
    [
        NginxPeer.ShortName, NginxPeer.BufferedName, FinishedFile.ShortName, GoPeer.ShortName, NodePeer.ShortName, YazlPeer.ShortName,
        AzuritePeer.ShortName, MotoPeer.ShortName, BarePeer.NativeName, BarePeer.JittedName,
    ];

    /// <summary>Who serves archives.</summary>
    public Task<IReadOnlyList<ArchiveContender>> ArchivesAsync(Report report, CancellationToken cancel) =>
        FindAsync<ArchiveContender>("Who serves archives", report, new()
        {
            [OurProgram.ShortName] = () => Task.FromResult<ArchiveContender>(new OurArchives(OurProgram.Find(settings))),
            [GoPeer.ShortName] = () => GoPeer.PrepareAsync(level: null, scratch, cancel),
            [NodePeer.ShortName] = () => NodePeer.PrepareAsync(level: null, scratch, cancel),
        });

    /// <summary>Who serves the archive of a store of ours, or the finished archive, or makes one of about its size.</summary>
    public Task<IReadOnlyList<ArchiveContender>> SplicingAsync(OurProgram program, Download client, Report report, CancellationToken cancel)
    {
        var ours = new OurSplicedArchives(program, client, scratch);
        return FindAsync<ArchiveContender>("Who serves the archives of our own stores, or their like", report, new()
        {
            [OurProgram.ShortName] = () => Task.FromResult<ArchiveContender>(ours),
            [NginxPeer.ShortName] = () => NginxPeer.PrepareAsync(ours.Finished, scratch, cancel),
            [NginxPeer.BufferedName] = () => NginxPeer.PrepareBufferedAsync(ours.Finished, scratch, cancel),
            [FinishedFile.ShortName] = () => Task.FromResult(FinishedFile.Prepare(program, ours)),
            [GoPeer.ShortName] = () => GoPeer.PrepareAsync(EqualLevel, scratch, cancel),
            [NodePeer.ShortName] = () => NodePeer.PrepareAsync(EqualLevel, scratch, cancel),
            [YazlPeer.ShortName] = () => YazlPeer.PrepareAsync(EqualLevel, scratch, cancel),
        });
    }

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

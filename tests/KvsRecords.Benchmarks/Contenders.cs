namespace KvsRecords.Benchmarks;

/// <summary>Finds who is here to be measured.</summary>
internal sealed class Contenders(Settings settings, TempFolder scratch)
{
    public static readonly IReadOnlyList<string> Peers = [GoPeer.ShortName, NodePeer.ShortName];

    public async Task<IReadOnlyList<Contender>> FindAsync(Report report, CancellationToken cancel)
    {
        var here = new List<Contender>();
        var table = new Table("Contenders", "contender", "<what");
        foreach (var name in settings.Contenders)
        {
            try
            {
                var contender = await PrepareAsync(name, cancel);
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

    private Task<Contender> PrepareAsync(string name, CancellationToken cancel) => name switch
    {
        OurServer.ShortName => Task.FromResult<Contender>(Ours()),
        GoPeer.ShortName => GoPeer.PrepareAsync(scratch, cancel),
        NodePeer.ShortName => NodePeer.PrepareAsync(scratch, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such contender."),
    };

    private OurServer Ours()
    {
        var executable = settings.Server ?? OurServer.InRepository();
        if (executable is null)
            throw new NotHereException("no Release build in this repository");
        if (!executable.Exists)
            throw new NotHereException($"no file {executable}");
        return new OurServer(executable);
    }
}

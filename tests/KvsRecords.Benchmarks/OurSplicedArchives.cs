namespace KvsRecords.Benchmarks;

/// <summary>The kvs-records server over a store of its own. What it sends is also kept in a file, for others to serve.</summary>
internal sealed class OurSplicedArchives(OurProgram program, Download client, TempFolder scratch) : ArchiveContender
{
    private ServerProcess? _process;
    private Uri? _file;

    /// <summary>The archive of the set that was started last.</summary>
    public string Finished { get; } = scratch.Inside("finished.zip");

    public override string Name => OurProgram.ShortName;

    public override string About => $"{program.Version}, a store of its own";

    public override async Task<ArchiveServer> StartAsync(DataSet set, CancellationToken cancel)
    {
        var start = program.Serve("--data", scratch.Inside($"spliced-{set.Name}"), "--seed", set.Storage, "--log-level", "warning");
        _file = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        FinishedFileServer.AddTo(start, Finished, _file.Port);
        _process = await ServerProcess.StartAsync(start, cancel);
        var server = new ArchiveServer(Name, _process, new Uri(_process.Origin, $"/v2/key-value-stores/dev~{set.Name}/records"));
        try
        {
            await client.SaveAsync(server.Archive, Finished, cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The other thing that this process serves: the finished archive, as ASP.NET Core serves a file.</summary>
    public ArchiveServer ServeFinished(string name) => _process is not null && _file is not null
        ? new ArchiveServer(name, _process, _file, isGuest: true)
        : throw new BenchmarkException("ours did not start");
}

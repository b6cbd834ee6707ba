namespace KvsRecords.Benchmarks;

/// <summary>nginx, with one worker, over the archive that ours made: a static file.</summary>
internal sealed class NginxPeer(string name, string sending, string executable, string version, string file, TempFolder scratch)
    : ArchiveContender
{
    public const string ShortName = "nginx";

    public const string BufferedName = "nginx-buffers";

    // Where Debian has it, which is not on everybody's PATH.
    private const string SystemExecutable = "/usr/sbin/nginx";

    public override string Name => name;

    public override string About => $"{version}, the same archive as a static file, {sending}";

    public static Task<ArchiveContender> PrepareAsync(string file, TempFolder scratch, CancellationToken cancel) =>
        PrepareAsync(ShortName, "sendfile on", file, scratch, cancel);

    /// <summary>Through buffers, which is faster than sendfile where copying is cheap.</summary>
    public static Task<ArchiveContender> PrepareBufferedAsync(string file, TempFolder scratch, CancellationToken cancel) =>
        PrepareAsync(BufferedName, "sendfile off; output_buffers 2 512k", file, scratch, cancel);

    public override async Task<ArchiveServer> StartAsync(DataSet set, CancellationToken cancel)
    {
        var origin = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var folder = Path.Combine(scratch.Inside("nginx"), name);
        Directory.CreateDirectory(folder);
        var configuration = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "peers", "nginx", "nginx.conf"), cancel);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "nginx.conf"),
            configuration.Replace("PORT", $"{origin.Port}").Replace("SENDING", sending).Replace("FILE", file),
            cancel);
        // It listens before it starts its worker, and tells nobody where.
        var process = await ServerProcess.StartAsync(
            new(executable, ["-p", folder, "-c", "nginx.conf", "-e", "stderr"]),
            cancel,
            line => line.Contains("start worker process ") ? origin : null);
        return new ArchiveServer(name, process, new Uri(origin, "/archive"));
    }

    private static async Task<ArchiveContender> PrepareAsync(
        string name, string sending, string file, TempFolder scratch, CancellationToken cancel)
    {
        var executable = File.Exists(SystemExecutable) ? SystemExecutable : "nginx";
        var version = await Tool.RunAsync(executable, ["-v"], scratch.Path, cancel);
        return new NginxPeer(name, sending, executable, version.Replace("nginx version: ", ""), file, scratch);
    }
}

using KvsRecords.TestHelpers;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>nginx, with one worker, which serves a finished archive as a static file.</summary>
internal sealed class Nginx(string executable, Bench bench)
{
    public const string Name = "nginx";

    /// <summary>The name of nginx without sendfile, which is faster where copying is cheap.</summary>
    public const string Buffered = "nginx-buffers";

    // Where Debian has it, which is not on everyone's PATH.
    private const string SystemExecutable = "/usr/sbin/nginx";

    public static async Task<Nginx> PrepareAsync(Bench bench)
    {
        var executable = File.Exists(SystemExecutable) ? SystemExecutable : "nginx";
        var version = await Tool.RunAsync(executable, ["-v"], bench.Cancel);
        bench.Report.About($"{Name}: {version.Replace("nginx version: ", "")}; {Buffered}: {Sending(Buffered)}");
        return new Nginx(executable, bench);
    }

    /// <summary>Starts it, as <see cref="Name"/> or as <see cref="Buffered"/>, with a file that may be made later.</summary>
    public async Task<Server> ServeAsync(string name, string file)
    {
        var origin = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
        var folder = Directory.CreateDirectory(bench.Scratch(name)).FullName;
        var configuration = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "peers", "nginx", "nginx.conf"), bench.Cancel);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "nginx.conf"),
            configuration.Replace("PORT", $"{origin.Port}").Replace("SENDING", Sending(name)).Replace("FILE", file),
            bench.Cancel);
        // It listens before it starts its worker, and does not print where.
        return await Server.StartAsync(
            name, new(executable, ["-p", folder, "-c", "nginx.conf", "-e", "/dev/stdout"]), "/archive", bench.Cancel,
            line => line.Contains("start worker process ") ? origin : null);
    }

    private static string Sending(string name) => name == Buffered ? "sendfile off; output_buffers 2 512k" : "sendfile on";
}

using System.Diagnostics;
using System.Globalization;

namespace KvsRecords.TestHelpers;

/// <summary>A PostgreSQL server of a test's own, on loopback, in a temporary folder. Disposing it ends it and removes the folder.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Password = "a-password-of-tests";

    private static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Join(version, "bin")).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    private readonly string _folder = Path.Join("/tmp", "kvs-records-pg-" + Path.GetRandomFileName());
    private readonly bool _isDurable;
    private Process? _process;

    private PostgresServer(bool isDurable, int port) => (_isDurable, Port) = (isDurable, port);

    /// <summary>Whether this machine has PostgreSQL, where Debian puts it.</summary>
    public static bool IsInstalled => Programs is not null;

    /// <summary>The port on 127.0.0.1, which stays the same when it is started again.</summary>
    public int Port { get; }

    /// <summary>A connection string for a user who may do everything.</summary>
    public string ConnectionString =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Password={Password};Database=postgres");

    /// <summary>The same by its socket in a folder, as programs on the same machine may reach it.</summary>
    public string LocalConnectionString => ConnectionString.Replace("127.0.0.1", _folder, StringComparison.Ordinal);

    private string Data => Path.Join(_folder, "data");

    /// <summary>Skips the test where PostgreSQL is missing; where everything is checked, nothing may be skipped.</summary>
    public static void Require()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.True(IsInstalled, "PostgreSQL is not installed.");
        Assert.SkipUnless(IsInstalled, "PostgreSQL is not installed.");
    }

    /// <summary>Makes an empty database server and starts it.</summary>
    /// <param name="isDurable">Whether commits wait for the disk.</param>
    /// <param name="settings">Settings of its first start, such as <c>max_wal_size=4GB</c>.</param>
    public static async Task<PostgresServer> StartAsync(bool isDurable = false, params string[] settings)
    {
        var server = new PostgresServer(isDurable, Loopback.FreePort());
        Directory.CreateDirectory(server._folder);
        await File.WriteAllTextAsync(Path.Join(server._folder, "password"), Password);
        await RunAsync("chown", "-R", "postgres", server._folder);
        await RunAsPostgresAsync(
            "initdb", "-D", server.Data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", Path.Join(server._folder, "password"),
            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        await server.StartAgainAsync(settings);
        return server;
    }

    /// <summary>Makes a standby that follows this server, and starts it.</summary>
    public async Task<PostgresServer> StartStandbyAsync()
    {
        var standby = new PostgresServer(_isDurable, Loopback.FreePort());
        Directory.CreateDirectory(standby._folder);
        await RunAsync("chown", "-R", "postgres", standby._folder);
        await RunAsPostgresAsync("pg_basebackup", "-D", standby.Data, "-R", "-X", "stream", "-c", "fast", "-d", Url);
        await standby.StartAgainAsync();
        return standby;
    }

    /// <summary>Makes a standby the one that is written to.</summary>
    public Task PromoteAsync() => RunAsPostgresAsync("pg_ctl", "promote", "-D", Data, "-w");

    /// <summary>Starts it, after it was killed or for the first time, and waits until it answers.</summary>
    public async Task StartAgainAsync(params string[] settings)
    {
        string[] arguments =
        [
            "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}",
            "-c", _isDurable ? "fsync=on" : "fsync=off", "-c", "max_connections=200", "-c", "hot_standby=on", .. settings.SelectMany(one => (string[])["-c", one]),
        ];
        _process = Start(Path.Join(Programs, "postgres"), Path.Join(_folder, "log"), arguments);
        for (var i = 0; i < 600; i++)
        {
            if (await IsReadyAsync())
                return;

            // It refuses to while a process of the server that was killed is still ending.
            if (_process.HasExited)
                _process = Start(Path.Join(Programs, "postgres"), Path.Join(_folder, "log"), arguments);
            await Task.Delay(50);
        }

        Assert.Fail("PostgreSQL did not start.");
    }

    /// <summary>Kills it, and what belongs to it, without a word.</summary>
    public async Task KillAsync()
    {
        var pid = (await File.ReadAllLinesAsync(Path.Join(Data, "postmaster.pid")))[0];
        await RunAsync("sh", "-c", $"kill -9 {pid} $(pgrep -P {pid}) 2>/dev/null; true");
        await _process!.WaitForExitAsync();

        // The next start takes a file of a living process for its own, and the number may have been given away by then.
        File.Delete(Path.Join(Data, "postmaster.pid"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Url => string.Create(CultureInfo.InvariantCulture, $"postgresql://postgres:{Password}@127.0.0.1:{Port}/postgres");

    private async Task<bool> IsReadyAsync()
    {
        using var ready = Start(Path.Join(Programs, "pg_isready"), "/dev/null", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture));
        await ready.WaitForExitAsync();
        return ready.ExitCode == 0;
    }

    private static Task RunAsPostgresAsync(string program, params string[] arguments) => EndAsync(Start(Path.Join(Programs, program), null, arguments), program);

    private static Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        return EndAsync(Process.Start(start)!, program);
    }

    private static async Task EndAsync(Process process, string program)
    {
        using (process)
        {
            var said = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{program}: {await said}");
        }
    }

    // PostgreSQL does not run as root.
    private static Process Start(string program, string? log, params string[] arguments)
    {
        string[] command = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", program] : [program];
        var line = string.Join(' ', command.Concat(arguments).Select(word => $"'{word}'"));
        var start = new ProcessStartInfo("sh", ["-c", log is null ? $"cd /; exec {line} >/dev/null" : $"cd /; exec {line} >>'{log}' 2>&1"])
        {
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}

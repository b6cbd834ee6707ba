using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>A PostgreSQL server on loopback, whose commits wait for the disk, in a folder of the run.</summary>
internal sealed class Postgres(Process process, string connectionString) : IAsyncDisposable
{
    public string ConnectionString => connectionString;

    public static async Task<Postgres> StartAsync(Bench bench, CancellationToken cancel)
    {
        var programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin"
            : throw new NotHereException("There is no PostgreSQL in /usr/lib/postgresql; 'apt-get install postgresql' installs it.");
        var folder = Directory.CreateDirectory(bench.Scratch("postgres")).FullName;
        var data = Path.Combine(folder, "data");
        await Tool.RunAsync("chmod", ["o+x", Path.GetDirectoryName(folder)!], folder, cancel);
        await Tool.RunAsync("chown", ["postgres", folder], folder, cancel);
        await Tool.RunAsync("runuser", ["-u", "postgres", "--", $"{programs}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"], folder, cancel);
        var port = FreePort();
        var start = new ProcessStartInfo(
            "runuser",
            [
                "-u", "postgres", "--", $"{programs}/postgres", "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1",
                "-c", $"unix_socket_directories={folder}", "-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB",
            ])
        {
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        while (await process.StandardError.ReadLineAsync(cancel) is { } line && !line.Contains("ready to accept", StringComparison.Ordinal))
        {
        }

        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        bench.Report.About(await Tool.RunAsync($"{programs}/postgres", ["--version"], folder, cancel));
        return new Postgres(process, string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres"));
    }

    /// <summary>Asks it as any program does.</summary>
    public async Task<T> AskAsync<T>(string sql, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancel))!;
    }

    public async ValueTask DisposeAsync()
    {
        using (process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

using System.Diagnostics;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>A contender's running server, with one connection to it. Its address is that of an archive, or its origin.</summary>
internal sealed class Server(string name, Process process, Uri address, CancellationToken cancel) : IAsyncDisposable
{
    private readonly Connection _connection = new(address);

    /// <summary>The name of the contender in the tables.</summary>
    public string Name { get; set; } = name;

    public Uri Address => address;

    /// <summary>Starts a server, and waits until a line of its output ends with its origin, or <paramref name="find"/> finds it.</summary>
    public static async Task<Server> StartAsync(
        string name, ProcessStartInfo start, string path, CancellationToken cancel, Func<string, Uri?>? find = null)
    {
        start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
            {
                if ((find ?? OriginIn)(line) is not { } origin)
                    continue;
                // A server whose output is not read stops when the pipe is full.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new Server(name, process, new Uri(origin, path), cancel);
            }
            throw new BenchmarkException($"{name} ended instead of answering");
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    /// <summary>Downloads by a connection that is there already, from <see cref="Address"/> or from another path.</summary>
    public DownloadTime Time(string? path = null, Action<ReadOnlySpan<byte>>? take = null)
    {
        var request = Connection.Get(path is null ? address : new Uri(address, path));
        _connection.Connect();
        var (start, first) = (Stopwatch.GetTimestamp(), 0d);
        var bytes = _connection.Download(request, piece =>
        {
            if (first == 0)
                first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            take?.Invoke(piece);
        });
        return new DownloadTime(first, Stopwatch.GetElapsedTime(start).TotalMilliseconds, bytes);
    }

    /// <summary>Waits until the process does nothing for 0.1 s, such as after an aborted download; at most some seconds.</summary>
    public async Task QuietAsync(int seconds = 5)
    {
        for (var (tries, before) = (0, TimeSpan.MinValue); tries < 10 * seconds && before != process.TotalProcessorTime; tries++)
        {
            before = process.TotalProcessorTime;
            await Task.Delay(100, cancel);
        }
    }

    /// <summary>Waits until the process does nothing, and lets the peak of its memory begin again.</summary>
    /// <returns>The memory of the idle process in MB.</returns>
    public async Task<double> RestAsync()
    {
        await QuietAsync();
        await File.WriteAllTextAsync($"/proc/{process.Id}/clear_refs", "5", cancel);
        return ResidentMemory().Now;
    }

    /// <summary>Measures the resident memory, and the most of it since <see cref="RestAsync"/>, in MB.</summary>
    public (double Now, double Peak) ResidentMemory()
    {
        process.Refresh();
        return (process.WorkingSet64 / 1e6, process.PeakWorkingSet64 / 1e6);
    }

    public OpenFiles OpenFiles()
    {
        // A file that has been closed in the meantime has no target.
        string[] names = [.. Directory.GetFiles($"/proc/{process.Id}/fd").Select(link => new FileInfo(link).LinkTarget ?? "")];
        return new(names.Length, names.Count(name => name.StartsWith("socket:")), names.Count(name => name.EndsWith(" (deleted)")));
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await EndAsync(process);
    }

    private static async Task EndAsync(Process process)
    {
        // SIGTERM, on which a server closes its database.
        using (Process.Start("sh", ["-c", $"kill {process.Id} 2>/dev/null"]))
        using (process)
            await process.WaitForExitAsync();
    }

    private static Uri? OriginIn(string line) => line.Split(' ')[^1] is var last && last.StartsWith("http://127.0.0.1:") ? new(last) : null;
}

/// <summary>The servers of one comparison, which end with it.</summary>
internal sealed class Field : List<Server>, IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        foreach (var server in this)
            await server.DisposeAsync();
    }
}

/// <summary>Milliseconds until the first byte of the body, and for the whole.</summary>
internal readonly record struct DownloadTime(double First, double Whole, long Bytes);

/// <summary>How many files a process has open; deleted ones have no name any more, and keep their place on the disk.</summary>
internal sealed record OpenFiles(int Count, int Sockets, int Deleted)
{
    public override string ToString() => $"{Count} ({Sockets} sockets, {Deleted} deleted files)";
}

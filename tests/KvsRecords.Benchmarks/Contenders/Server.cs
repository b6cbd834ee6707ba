using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>A contender's running server, with one connection to it.</summary>
/// <param name="name">The name of the contender in the tables.</param>
/// <param name="process">The process, which ends with this.</param>
/// <param name="address">The address of the archive that it serves, or only where it listens.</param>
internal sealed partial class Server(string name, Process process, Uri address) : IAsyncDisposable
{
    private const int Terminate = 15;

    public string Name => name;

    public Uri Address => address;

    public ProcessFigures Figures { get; } = new(process.Id);

    public Connection Connection { get; } = new(address);

    /// <summary>The request for <see cref="Address"/>.</summary>
    public byte[] Request { get; } = Connection.Get(address);

    /// <summary>Downloads by a connection that is there already.</summary>
    /// <param name="request">Another request than that for <see cref="Address"/>.</param>
    /// <param name="take">Takes the pieces of the body.</param>
    public DownloadTime Time(byte[]? request = null, Action<ReadOnlySpan<byte>>? take = null)
    {
        Connection.Connect();
        var (start, first) = (Stopwatch.GetTimestamp(), 0d);
        var bytes = Connection.Download(request ?? Request, piece =>
        {
            if (first == 0)
                first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            take?.Invoke(piece);
        });
        return new DownloadTime(first, Stopwatch.GetElapsedTime(start).TotalMilliseconds, bytes);
    }

    /// <summary>Starts a server, and waits until a line of its output says that it is ready.</summary>
    /// <param name="name">The name of the contender.</param>
    /// <param name="start">The command.</param>
    /// <param name="path">The path of <see cref="Address"/>.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="ready">Finds where it listens in such a line; null in any other. By default, the first address on loopback.</param>
    public static async Task<Server> StartAsync(
        string name, ProcessStartInfo start, string path, CancellationToken cancel, Func<string, Uri?>? ready = null)
    {
        start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
            {
                if ((ready ?? AddressIn)(line) is not { } origin)
                    continue;
                // A server whose output is not read stops when the pipe is full.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new Server(name, process, new Uri(origin, path));
            }
            throw new BenchmarkException($"{name} ended instead of answering");
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await EndAsync(process);
    }

    private static async Task EndAsync(Process process)
    {
        using (process)
        {
            _ = Signal(process.Id, Terminate);
            await process.WaitForExitAsync();
        }
    }

    private static Uri? AddressIn(string line) => Loopback().Match(line) is { Success: true } match ? new Uri(match.Value) : null;

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Loopback();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}

/// <summary>Milliseconds until the first byte of the body, and for the whole.</summary>
internal readonly record struct DownloadTime(double First, double Whole, long Bytes);

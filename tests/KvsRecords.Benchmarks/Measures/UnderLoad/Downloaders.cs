using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KvsRecords.Benchmarks.Measures.UnderLoad;

/// <summary>Clients that download: a third so slowly that one archive takes all the time, a third half, a third the whole.</summary>
internal sealed partial class Downloaders(Server server, WrittenStore store, int count, TimeSpan time)
{
    // Small, so that bytes that have not been read yet wait at the server and not at the client.
    private const int Window = 1 << 14;

    // SCHED_IDLE.
    private const int Idle = 5;

    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<string> _faults = [];
    private int _whole;
    private int _halves;
    private int _now;
    private int _most;

    /// <summary>Archives that were downloaded to their end and are right.</summary>
    public int Whole => _whole;

    /// <summary>Archives that were left half-way.</summary>
    public int Halves => _halves;

    /// <summary>The most downloads at one time.</summary>
    public int Most => _most;

    public IEnumerable<string> Faults => _faults.Distinct();

    /// <summary>
    /// Lets the calling thread run only when no thread of the server wants to, since clients would be on other machines. A worse "nice" is
    /// not enough: so many of them weigh more than one server.
    /// </summary>
    public static void LowerPriority() => _ = SetScheduler(thread: 0, Idle, parameters: 0);

    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(Enumerable.Range(0, count).Select(number => Crowd.OnThreadAsync(() =>
    {
        LowerPriority();
        var random = new Random(number);
        using var client = new Connection(server.Address, Window);
        do
        {
            var left = time - Stopwatch.GetElapsedTime(_begin);
            // A client that is not slow takes up to 40 seconds, each time another time.
            var pace = number % 3 == 0 ? left : random.NextDouble() * TimeSpan.FromSeconds(Math.Min(40, left.TotalSeconds));
            Download(client, pace, half: number % 3 == 1, cancel);
        }
        while (Stopwatch.GetElapsedTime(_begin) < time);
        return true;
    })));

    private void Download(Connection client, TimeSpan pace, bool half, CancellationToken cancel)
    {
        var atLeast = store.Answered;
        try
        {
            client.Connect();
            var start = Stopwatch.GetTimestamp();
            var (status, length) = client.Send(Connection.Get(server.Address));
            var atMost = store.Begun;
            if (status != 200)
                throw new BenchmarkException($"an archive was answered with {status}");
            Count(1);
            var (archive, received) = (new byte[length!.Value], 0);
            client.Read(length, Take);
            Count(-1);
            if (half)
                Interlocked.Increment(ref _halves);
            else if (store.Fault(archive, atLeast, atMost) is { } fault)
                _faults.Enqueue(fault);
            else
                Interlocked.Increment(ref _whole);

            void Take(ReadOnlySpan<byte> piece)
            {
                piece.CopyTo(archive.AsSpan(received));
                received += piece.Length;
                var ahead = (pace * ((double)received / archive.Length)) - Stopwatch.GetElapsedTime(start);
                // Shorter waits would only cost time of the processor that all share.
                if (ahead > TimeSpan.FromMilliseconds(10))
                    cancel.WaitHandle.WaitOne(ahead);
                cancel.ThrowIfCancellationRequested();
                if (half && received >= archive.Length / 2)
                    client.Dispose();
            }
        }
        catch (Exception failure) when (BenchmarkException.IsOfServer(failure))
        {
            _faults.Enqueue(failure.Message);
            client.Dispose();
        }
    }

    private void Count(int change)
    {
        lock (_faults)
            _most = Math.Max(_most, _now += change);
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int parameters);
}

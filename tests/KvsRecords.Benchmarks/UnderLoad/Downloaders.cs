using System.Collections.Concurrent;

namespace KvsRecords.Benchmarks.UnderLoad;

/// <summary>The many who download: a third so slowly that one archive takes all the time there is, a third that leave half-way, a third whole.</summary>
internal sealed class Downloaders(Uri origin, WrittenStore store, int count, TimeSpan time)
{
    // Somebody who is not slow takes up to this long, each time another.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    private readonly Uri _archive = new(origin, WrittenStore.Path);
    private readonly DateTime _end = DateTime.UtcNow + time;
    private int _whole;
    private int _halves;
    private int _now;
    private int _most;

    /// <summary>Archives that were downloaded to their end and are right.</summary>
    public int Whole => _whole;

    /// <summary>Those that somebody left half-way.</summary>
    public int Halves => _halves;

    /// <summary>The most who were being answered at one time.</summary>
    public int Most => _most;

    public ConcurrentQueue<string> Faults { get; } = [];

    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(Enumerable.Range(0, count).Select(number =>
        Task.Factory.StartNew(() => Run(number, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private void Run(int number, CancellationToken cancel)
    {
        Priority.Lower();
        var random = new Random(number);
        using var client = new PacedClient();
        if (number % 3 == 0)
        {
            Download(client, time, half: false, cancel);
            return;
        }

        while (_end - DateTime.UtcNow is { Ticks: > 0 } left)
            Download(client, random.NextDouble() * (left < Longest ? left : Longest), half: number % 3 == 1, cancel);
    }

    private void Download(PacedClient client, TimeSpan pace, bool half, CancellationToken cancel)
    {
        var (atLeast, atMost, counted) = (store.Answered, Array.Empty<int>(), false);
        try
        {
            var archive = client.Download(_archive, pace, half, Begin, cancel);
            if (half)
                Interlocked.Increment(ref _halves);
            else if (store.Fault(archive, atLeast, atMost) is { } fault)
                Faults.Enqueue(fault);
            else
                Interlocked.Increment(ref _whole);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            Faults.Enqueue(failure.Message);
        }
        finally
        {
            if (counted)
                Interlocked.Decrement(ref _now);
        }

        void Begin()
        {
            (atMost, counted) = (store.Begun, true);
            var now = Interlocked.Increment(ref _now);
            for (var most = _most; now > most; most = _most)
                Interlocked.CompareExchange(ref _most, now, most);
        }
    }
}

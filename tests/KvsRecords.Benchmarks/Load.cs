using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>Some clients at once, each on a thread of its own.</summary>
internal static class Load
{
    /// <param name="store">What they ask.</param>
    /// <param name="clients">How many there are.</param>
    /// <param name="ask">Asks once; false when that was not needed any more.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>How often they asked in a second, all together.</returns>
    public static async Task<double> RunAsync(RecordStore store, int clients, Func<RecordClient, bool> ask, CancellationToken cancel)
    {
        using var start = new Barrier(clients);
        var shares = Enumerable.Range(0, clients).Select(_ =>
            Task.Factory.StartNew(Client, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var done = await Task.WhenAll(shares);
        var seconds = Stopwatch.GetElapsedTime(done.Min(share => share.Start), done.Max(share => share.End)).TotalSeconds;
        return done.Sum(share => share.Asked) / seconds;

        Share Client()
        {
            using var client = new RecordClient(store);
            start.SignalAndWait(cancel);
            var (begun, asked) = (Stopwatch.GetTimestamp(), 0L);
            for (; ask(client); asked++)
                cancel.ThrowIfCancellationRequested();
            return new Share(begun, Stopwatch.GetTimestamp(), asked);
        }
    }

    private sealed record Share(long Start, long End, long Asked);
}

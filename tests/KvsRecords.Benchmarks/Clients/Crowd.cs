using System.Diagnostics;

namespace KvsRecords.Benchmarks.Clients;

/// <summary>Clients that work at once, each on a thread of its own.</summary>
internal static class Crowd
{
    /// <summary>Makes the clients, each by its number, before the time begins, and lets each do its work.</summary>
    /// <returns>The work of all in a second, and the time of the slowest ÷ that of the fastest.</returns>
    public static async Task<(double PerSecond, double Spread)> RunAsync<T>(
        int clients, Func<int, T> make, Func<T, long> work, CancellationToken cancel)
        where T : IDisposable
    {
        using var ready = new Barrier(clients);
        var done = await Task.WhenAll(Enumerable.Range(0, clients).Select(number => OnThreadAsync(() =>
        {
            using var client = make(number);
            ready.SignalAndWait(cancel);
            var start = Stopwatch.GetTimestamp();
            return (Work: work(client), Start: start, End: Stopwatch.GetTimestamp());
        })));
        var times = done.Select(one => one.End - one.Start).ToList();
        var whole = Stopwatch.GetElapsedTime(done.Min(one => one.Start), done.Max(one => one.End));
        return (done.Sum(one => one.Work) / whole.TotalSeconds, (double)times.Max() / times.Min());
    }

    /// <summary>Lets each client do a piece of work again and again, until the time is over.</summary>
    /// <returns>The pieces of all in a second.</returns>
    public static async Task<double> RunAsync(
        int clients, Func<int, RecordClient> make, TimeSpan time, Action<RecordClient> work, CancellationToken cancel)
    {
        var (perSecond, _) = await RunAsync(clients, make, client =>
        {
            var (start, done) = (Stopwatch.GetTimestamp(), 0L);
            for (; Stopwatch.GetElapsedTime(start) < time; done++)
            {
                cancel.ThrowIfCancellationRequested();
                work(client);
            }
            return done;
        }, cancel);
        return perSecond;
    }

    /// <summary>Runs work that blocks on a thread of its own.</summary>
    public static Task<T> OnThreadAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}

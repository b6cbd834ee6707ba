using System.Diagnostics;

namespace KvsRecords.Benchmarks.Clients;

/// <summary>Clients that work at once, each on a thread of its own.</summary>
internal static class Crowd
{
    /// <param name="clients">How many.</param>
    /// <param name="make">Makes a client, before the time begins.</param>
    /// <param name="work">Lets it work, and returns how much it did.</param>
    /// <param name="cancel">Ends the wait for the others.</param>
    /// <returns>The work of all in a second, and the time of the slowest ÷ that of the fastest.</returns>
    public static async Task<(double PerSecond, double Spread)> RunAsync<T>(
        int clients, Func<T> make, Func<T, long> work, CancellationToken cancel)
        where T : IDisposable
    {
        using var ready = new Barrier(clients);
        var done = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => OnThreadAsync(() =>
        {
            using var client = make();
            ready.SignalAndWait(cancel);
            var start = Stopwatch.GetTimestamp();
            return (Work: work(client), Start: start, End: Stopwatch.GetTimestamp());
        })));
        var times = done.Select(one => one.End - one.Start).ToList();
        var whole = Stopwatch.GetElapsedTime(done.Min(one => one.Start), done.Max(one => one.End));
        return (done.Sum(one => one.Work) / whole.TotalSeconds, (double)times.Max() / times.Min());
    }

    /// <summary>Runs work that blocks on a thread of its own.</summary>
    public static Task<T> OnThreadAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}

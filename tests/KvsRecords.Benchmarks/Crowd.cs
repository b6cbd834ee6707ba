using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>Clients who downloaded an archive at once, each on a thread and a connection of its own.</summary>
internal sealed class Crowd(IReadOnlyList<ArchiveReceived> downloads)
{
    /// <summary>From the first question to the last byte of all.</summary>
    public double BytesPerSecond =>
        downloads.Sum(download => download.Bytes)
        / Stopwatch.GetElapsedTime(downloads.Min(download => download.Start), downloads.Max(download => download.End)).TotalSeconds;

    /// <summary>Seconds of the one who waited longest.</summary>
    public double Slowest => downloads.Max(download => download.Seconds);

    public double Fastest => downloads.Min(download => download.Seconds);

    public static async Task<Crowd> DownloadAsync(Uri origin, string path, int clients, CancellationToken cancel)
    {
        using var start = new Barrier(clients);
        var downloads = Enumerable.Range(0, clients).Select(_ =>
            Task.Factory.StartNew(Client, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        return new Crowd(await Task.WhenAll(downloads));

        ArchiveReceived Client()
        {
            using var client = new ArchiveClient(origin);
            start.SignalAndWait(cancel);
            return client.Download(path);
        }
    }
}

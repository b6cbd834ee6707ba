using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>How often the disk itself answers in a second that something is on it.</summary>
internal static class DiskSync
{
    public static double PerSecond(TempFolder scratch, TimeSpan time, CancellationToken cancel)
    {
        var path = scratch.Inside("synced");
        var page = new byte[4096];
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        var (start, count) = (Stopwatch.GetTimestamp(), 0);
        for (; Stopwatch.GetElapsedTime(start) < time; count++)
        {
            cancel.ThrowIfCancellationRequested();
            RandomAccess.Write(file, page, (long)count * page.Length);
            RandomAccess.FlushToDisk(file);
        }
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

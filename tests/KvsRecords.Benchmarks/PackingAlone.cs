using System.Diagnostics;
using KvsRecords.Archive;

namespace KvsRecords.Benchmarks;

/// <summary>What seeding a set cannot be faster than on this machine: its files read and packed on all cores, and thrown away.</summary>
internal static class PackingAlone
{
    /// <returns>The seconds that it takes.</returns>
    public static double Measure(DataSet set, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel };
        var packer = new RecordPacker<MemoryStream>(int.MaxValue, () => new MemoryStream());
        Parallel.ForEach(Directory.EnumerateFiles(set.Folder), options, path =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            var packed = packer.PackAsync(file, ContentType(path), cancel);
            // A file that is read synchronously leaves nothing to wait for.
            using var body = packed.AsTask().GetAwaiter().GetResult();
        });
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string ContentType(string path) => Path.GetExtension(path) switch
    {
        ".png" => "image/png",
        ".html" => "text/html",
        _ => "application/json",
    };
}

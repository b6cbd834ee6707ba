using System.IO.Compression;

namespace KvsRecords.Benchmarks.Clients;

/// <summary>A look into an archive before anything is timed.</summary>
internal static class ArchiveCheck
{
    /// <summary>Downloads an archive into a file, and counts what comes out of it, not what its directory says.</summary>
    /// <returns>The length of the archive in bytes.</returns>
    /// <exception cref="BenchmarkException">It does not hold the set.</exception>
    public static long Save(Server server, DataSet set, string file)
    {
        using var saved = File.Create(file);
        var bytes = server.Connection.Download(server.Request, saved.Write);
        using var archive = new ZipArchive(saved, ZipArchiveMode.Read, leaveOpen: true);
        var (records, content) = (archive.Entries.Count, archive.Entries.Sum(Inflate));
        return (records, content) == (set.Records, set.Bytes)
            ? bytes
            : throw new BenchmarkException($"an archive of {records} records and {content} bytes, not {set.Records} and {set.Bytes}");
    }

    private static long Inflate(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var buffer = new byte[1 << 16];
        long content = 0;
        for (int read; (read = stream.Read(buffer)) > 0; content += read)
        {
        }
        return content;
    }
}

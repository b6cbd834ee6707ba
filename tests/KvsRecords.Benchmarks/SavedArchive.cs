using System.IO.Compression;

namespace KvsRecords.Benchmarks;

/// <summary>Downloads an archive once into a file, and looks whether it holds what it should.</summary>
internal sealed class SavedArchive(Download client, TempFolder scratch)
{
    /// <returns>The bytes of the archive.</returns>
    public Task<long> CheckAsync(ArchiveServer server, DataSet set, CancellationToken cancel) =>
        CheckAsync(server.Archive, set.Records, set.Bytes, cancel);

    /// <returns>The bytes of the archive.</returns>
    public async Task<long> CheckAsync(Uri archive, int expectedRecords, long expectedBytes, CancellationToken cancel)
    {
        var path = scratch.Inside("saved.zip");
        try
        {
            var bytes = await client.SaveAsync(archive, path, cancel);
            var (records, content) = await Task.Run(() => Count(path, cancel), cancel);
            if (records != expectedRecords || content != expectedBytes)
            {
                throw new BenchmarkException(
                    $"wrong archive: {records:N0} entries of {content:N0} bytes, not {expectedRecords:N0} of {expectedBytes:N0}");
            }
            return bytes;
        }
        catch (InvalidDataException failure)
        {
            throw new BenchmarkException($"wrong archive: {failure.Message}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Inflated and counted: the lengths in the directory are only what the archive says of itself.
    private static (int Records, long Content) Count(string path, CancellationToken cancel)
    {
        using var archive = ZipFile.OpenRead(path);
        var buffer = new byte[1 << 16];
        long content = 0;
        foreach (var entry in archive.Entries)
        {
            cancel.ThrowIfCancellationRequested();
            using var stream = entry.Open();
            for (int read; (read = stream.Read(buffer)) > 0; content += read)
            {
            }
        }
        return (archive.Entries.Count, content);
    }
}

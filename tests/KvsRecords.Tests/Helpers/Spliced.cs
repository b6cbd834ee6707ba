using System.IO.Pipelines;
using KvsRecords.Archive;

namespace KvsRecords.Tests;

/// <summary>Makes whole spliced archives, and parts of them.</summary>
internal static class Spliced
{
    public static async Task<byte[]> OfAsync(ICompressedSnapshot snapshot, long from = 0)
    {
        var output = new MemoryStream();
        var pipe = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        var archive = await SplicedArchive.LayOutAsync(snapshot, TestContext.Current.CancellationToken);
        await archive.WriteAsync(pipe, from, TestContext.Current.CancellationToken);
        await pipe.CompleteAsync();
        Assert.Equal(output.Length, archive.BytesSent);
        return output.ToArray();
    }

    public static async Task<EntriesInMemory> CompressAsync(IEnumerable<StoredRecord> records)
    {
        var entries = new List<EntryInMemory>();
        foreach (var record in records)
            entries.Add(await EntryInMemory.CompressAsync(record));
        return new EntriesInMemory(entries);
    }
}

using System.Text;
using KvsRecords.Archive;

namespace KvsRecords.Tests;

/// <summary>An entry of a snapshot in memory.</summary>
internal sealed record EntryInMemory(string Key, CompressedEntry Record, long Modified, byte[] Body)
{
    /// <summary>A file that holds the body, in place of <see cref="Body"/>.</summary>
    public string? File { get; init; }

    public byte[] KeyBytes { get; } = Encoding.UTF8.GetBytes(Key);

    public static async Task<EntryInMemory> CompressAsync(StoredRecord record)
    {
        var compressor = new RecordCompressor<MemoryStream>(int.MaxValue, () => throw new NotSupportedException());
        using var compressed = await compressor.CompressAsync(new MemoryStream(record.Body), record.ContentType, CancellationToken.None);
        return new(record.Key, compressed.Record, record.LastModified.ToUnixTimeMilliseconds(), compressed.Memory.ToArray());
    }
}

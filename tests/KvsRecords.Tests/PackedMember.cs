using System.Text;
using KvsRecords.Archive;

namespace KvsRecords.Tests;

/// <summary>A member of a snapshot in memory.</summary>
internal sealed record PackedMember(string Key, PackedRecord Record, long Modified, byte[] Body)
{
    /// <summary>A file that holds the body, in place of <see cref="Body"/>.</summary>
    public string? File { get; init; }

    public byte[] KeyBytes { get; } = Encoding.UTF8.GetBytes(Key);

    public static async Task<PackedMember> PackAsync(StoredRecord record)
    {
        var packer = new RecordPacker<MemoryStream>(int.MaxValue, () => throw new NotSupportedException());
        using var packed = await packer.PackAsync(new MemoryStream(record.Body), record.ContentType, CancellationToken.None);
        return new(record.Key, packed.Record, record.LastModified.ToUnixTimeMilliseconds(), packed.Memory.ToArray());
    }
}

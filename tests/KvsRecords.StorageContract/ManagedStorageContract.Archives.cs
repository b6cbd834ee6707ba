using System.IO.Compression;
using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class ManagedStorageContract
{
    // Around what backends keep beside the header, in a piece, in a page, or in several.
    private static readonly int[] Lengths =
    [
        0, 1, 16_384, 16_385, 100_000, 262_143, 262_144, 262_145, 300_000, 393_216, 393_217, 524_288, 524_289, 1_000_000, 1_048_576, 1_048_577,
    ];

    [Fact]
    public async Task An_archive_has_bodies_of_every_length_wherever_it_is_begun()
    {
        var store = await StoreAsync();
        var values = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var length in Lengths)
        {
            values.Add($"{length:D8}", Sample.Random(length, length));
            values.Add($"{length:D8}-small", Sample.Random(length % 700));
        }

        await Task.WhenAll(values.Select(pair => PutAsync(store, pair.Key, pair.Value)));
        await using var snapshot = (await Stores.OpenCompressedSnapshotAsync(store, RecordFilter.Everything, Running))!;
        var archive = await SplicedArchive.LayOutAsync(snapshot, Running);
        var whole = await BytesAsync(archive, from: 0);

        Assert.Equal(archive.Length, whole.Length);
        await using var zip = new ZipArchive(new MemoryStream(whole));
        Assert.Equal(values.Keys, zip.Entries.Select(entry => entry.FullName));
        foreach (var entry in zip.Entries)
        {
            using var value = new MemoryStream();
            await using (var stream = await entry.OpenAsync(Running))
                await stream.CopyToAsync(value, Running);
            Assert.Equal(values[entry.FullName], value.ToArray());
        }

        for (var from = 0; from < whole.Length; from += 99_991)
            Assert.Equal(whole[from..], await BytesAsync(archive, from));
    }

    private static async Task<byte[]> BytesAsync(SplicedArchive archive, long from)
    {
        using var bytes = new MemoryStream();
        var output = PipeWriter.Create(bytes, new StreamPipeWriterOptions(leaveOpen: true));
        await archive.WriteAsync(output, from, Running);
        await output.CompleteAsync();
        return bytes.ToArray();
    }
}

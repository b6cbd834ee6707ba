using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

/// <summary>A storage with stores of so many small records that they are packed, and the archives of them.</summary>
internal sealed class PackedStorage : IAsyncDisposable
{
    public const int Many = 1_500;

    public StorageInFolder Folder { get; } = new();

    public string PackFolder => Path.Join(Folder.Folder, "packs");

    public string[] PackFiles => Directory.GetFiles(PackFolder);

    private static CancellationToken Running => StorageInFolder.Running;

    public async Task<Store> ManyAsync()
    {
        var store = await Folder.StoreAsync(name: null);
        await Task.WhenAll(Enumerable.Range(0, Many).Select(
            i => Folder.PutAsync(store, "record-" + StorageInFolder.NumberOf(i), StorageInFolder.Random(i % 900, i))));
        return store;
    }

    public async Task<Store> PackedAsync()
    {
        var store = await ManyAsync();
        await ArchiveAsync(store);
        await Folder.Storage.PackedAsync();
        Assert.NotEmpty(PackFiles);
        return store;
    }

    public async Task<IPackedSnapshot> OpenAsync(Store store, RecordFilter? filter = null) =>
        (await Folder.Storage.OpenPackedSnapshotAsync(store, filter ?? RecordFilter.Everything, Running))!;

    public async Task<byte[]> ArchiveAsync(Store store, RecordFilter? filter = null)
    {
        await using var snapshot = await OpenAsync(store, filter);
        return await ArchiveAsync(snapshot);
    }

    public static async Task<byte[]> ArchiveAsync(IPackedSnapshot snapshot, long from = 0)
    {
        var archive = SplicedArchive.LayOut(snapshot);
        var output = new MemoryStream();
        var pipe = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        await archive.WriteAsync(pipe, from, Running);
        await pipe.CompleteAsync();
        Assert.Equal(archive.Length - from, output.Length);
        return output.ToArray();
    }

    public async Task<SortedDictionary<string, byte[]>> ContentsAsync(Store store)
    {
        await using var snapshot = await Folder.OpenAsync(store);
        return await StorageInFolder.ContentsAsync(snapshot);
    }

    public static async Task<SortedDictionary<string, byte[]>> ReadAsync(byte[] archive)
    {
        var contents = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        await using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(archive));
        foreach (var entry in zip.Entries)
        {
            await using var value = await entry.OpenAsync(Running);
            var bytes = new MemoryStream();
            await value.CopyToAsync(bytes, Running);
            contents.Add(entry.FullName, bytes.ToArray());
        }

        return contents;
    }

    public ValueTask DisposeAsync() => Folder.DisposeAsync();
}

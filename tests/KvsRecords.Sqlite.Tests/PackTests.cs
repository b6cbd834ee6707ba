using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

/// <summary>Small records are packed after a download; which are, and how long the packs stay.</summary>
public sealed class PackTests : IAsyncDisposable
{
    private readonly PackedStorage _packed = new();

    private static CancellationToken Running => StorageInFolder.Running;

    [Fact]
    public async Task A_download_of_many_small_records_packs_them_and_the_next_gives_the_same_bytes()
    {
        var store = await _packed.ManyAsync();
        var before = await _packed.ArchiveAsync(store);
        await _packed.Folder.Storage.PackedAsync();

        Assert.NotEmpty(_packed.PackFiles);
        Assert.Equal(before, await _packed.ArchiveAsync(store));

        // Only whoever reads the rows would see this.
        _packed.Folder.Change("update records set body = zeroblob(length(body)) where key = 'record-000500'");
        Assert.Equal(before, await _packed.ArchiveAsync(store));
    }

    [Fact]
    public async Task Bodies_in_files_are_packed_with_the_others_where_they_are_small()
    {
        var store = await _packed.Folder.StoreAsync();
        await Task.WhenAll(Enumerable.Range(0, PackedStorage.Many).Select(i => _packed.Folder.PutAsync(
            store, StorageInFolder.NumberOf(i), StorageInFolder.Random(i % 100 == 0 ? 70_000 : i % 2 == 0 ? 20_000 : 100, i))));
        var before = await _packed.ArchiveAsync(store);
        await _packed.Folder.Storage.PackedAsync();
        Assert.InRange(_packed.PackFiles.Sum(file => new FileInfo(file).Length), 14_000_000, 16_000_000);

        foreach (var file in _packed.Folder.BodyFiles.Where(file => new FileInfo(Path.Join(_packed.Folder.Folder, "bodies", file)).Length == 20_000).ToList())
            File.Delete(Path.Join(_packed.Folder.Folder, "bodies", file));
        Assert.Equal(before, await _packed.ArchiveAsync(store));
    }

    [Fact]
    public async Task A_few_are_not_packed_and_neither_are_large_ones()
    {
        var store = await _packed.Folder.StoreAsync();
        for (var i = 0; i < 10; i++)
            await _packed.Folder.PutAsync(store, $"small-{i}", [1]);
        for (var i = 0; i < 10; i++)
            await _packed.Folder.PutAsync(store, $"large-{i}", StorageInFolder.Random(70_000));

        await _packed.ArchiveAsync(store);
        await _packed.Folder.Storage.PackedAsync();

        Assert.Empty(_packed.PackFiles);
    }

    [Fact]
    public async Task Packs_go_with_their_store_and_with_the_process_and_nothing_of_others_goes()
    {
        var store = await _packed.PackedAsync();
        await _packed.Folder.Storage.DeleteAsync(store, Running);
        await _packed.Folder.Storage.SweptAsync();
        Assert.Empty(_packed.PackFiles);

        await _packed.PackedAsync();
        Assert.NotEmpty(_packed.PackFiles);
        File.WriteAllText(Path.Join(_packed.PackFolder, "999"), "left behind by a kill");
        File.WriteAllText(Path.Join(_packed.PackFolder, "mine.txt"), "keep");
        await _packed.Folder.RestartAsync();
        Assert.Equal(["mine.txt"], _packed.PackFiles.Select(Path.GetFileName));
    }

    [Fact]
    public void Packs_take_no_more_than_their_share_whatever_is_in_them()
    {
        var packs = new Packs(_packed.Folder.Folder);
        var empty = new PackedTotals(15_000, 15_000 * 40, 0, 0);

        var taken = Enumerable.Range(0, 10_000).TakeWhile(i => packs.TryAdd(
            new Pack(1, new RecordKey($"{i:D6}a"), new RecordKey($"{i:D6}b"), 1, empty, Path.Join(_packed.Folder.Folder, $"none-{i}")))).Count();

        Assert.InRange(taken * MemberPack.FileLengthOf(empty), 1L << 30, (1L << 30) + (2 * MemberPack.FileLengthOf(empty)));
    }

    public ValueTask DisposeAsync() => _packed.DisposeAsync();
}

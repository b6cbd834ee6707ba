using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

/// <summary>Downloads, packing and writing at once.</summary>
public sealed class PackRaceTests : IAsyncDisposable
{
    private readonly PackedStorage _packed = new();

    private static CancellationToken Running => StorageInFolder.Running;

    // One writer, so that each revision is one known state; downloads and packing meanwhile.
    [Fact]
    public async Task Archives_that_race_with_a_writer_and_with_packing_are_each_the_state_of_their_revision()
    {
        var store = await _packed.ManyAsync();
        var model = await _packed.ContentsAsync(store);
        var changes = new List<(string Key, byte[]? Value)>();
        var first = await RevisionAsync(store);
        using var over = new CancellationTokenSource();
        var writing = Task.Run(() => WriteAsync(store, model.Keys, changes, over.Token), Running);

        var packed = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadAsync(25), Running)));
        await over.CancelAsync();
        await writing;
        Assert.True(packed.Sum() > 0, "No archive came from packs.");

        async Task<int> ReadAsync(int archives)
        {
            var withPacks = 0;
            for (var i = 0; i < archives; i++)
            {
                await using var snapshot = await _packed.OpenAsync(store);
                var expected = new SortedDictionary<string, byte[]>(model, StringComparer.Ordinal);
                lock (changes)
                {
                    foreach (var (key, value) in changes.Take((int)(RevisionOf(snapshot) - first)))
                        _ = value is null ? expected.Remove(key) : (expected[key] = value) is not null;
                }

                // The second time from what is packed by then.
                Assert.Equal(expected, await PackedStorage.ReadAsync(await PackedStorage.ArchiveAsync(snapshot)));
                withPacks += _packed.PackFiles.Length > 0 ? 1 : 0;
                Assert.Equal(expected, await PackedStorage.ReadAsync(await PackedStorage.ArchiveAsync(snapshot)));
            }

            return withPacks;
        }
    }

    // What a store holds, a download shows, whatever was packed, written and deleted before, and while somebody else still looks.
    [Fact]
    public async Task Whatever_is_written_between_downloads_each_shows_what_there_is()
    {
        var store = await _packed.PackedAsync();
        var model = await _packed.ContentsAsync(store);
        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            await using var older = await _packed.OpenAsync(store);
            var before = await PackedStorage.ArchiveAsync(older);
            for (var i = random.Next(4); i > 0; i--)
            {
                var key = "record-" + StorageInFolder.NumberOf(random.Next(PackedStorage.Many + 200));
                if (random.Next(3) > 0)
                    await _packed.Folder.PutAsync(store, key, model[key] = StorageInFolder.Random(random.Next(600), round));
                else if (await _packed.Folder.Storage.DeleteAsync(store, new RecordKey(key), Running))
                    model.Remove(key);
            }

            Assert.Equal(model, await PackedStorage.ReadAsync(await _packed.ArchiveAsync(store)));
            Assert.Equal(before, await PackedStorage.ArchiveAsync(older));
            if (random.Next(2) == 0)
                await _packed.Folder.Storage.PackedAsync();
        }
    }

    public ValueTask DisposeAsync() => _packed.DisposeAsync();

    // Now and then it downloads what there is, and waits until that is packed.
    private async Task WriteAsync(Store store, IEnumerable<string> keys, List<(string Key, byte[]? Value)> changes, CancellationToken over)
    {
        var random = new Random(3);
        var there = keys.ToHashSet();
        while (!over.IsCancellationRequested)
        {
            var key = "record-" + StorageInFolder.NumberOf(random.Next(PackedStorage.Many + 50));
            var value = random.Next(8) == 0 && there.Contains(key) ? null : StorageInFolder.Random(random.Next(500), random.Next());
            lock (changes)
                changes.Add((key, value));
            there.Add(key);
            if (value is null)
                Assert.True(there.Remove(key) && await _packed.Folder.Storage.DeleteAsync(store, new RecordKey(key), Running));
            else
                await _packed.Folder.PutAsync(store, key, value);
            if (random.Next(20) > 0)
                continue;

            await _packed.ArchiveAsync(store);
            await _packed.Folder.Storage.PackedAsync();
        }
    }

    private async Task<long> RevisionAsync(Store store)
    {
        await using var snapshot = await _packed.OpenAsync(store);
        return RevisionOf(snapshot);
    }

    private static long RevisionOf(IPackedSnapshot snapshot) => ((SqliteSnapshot)snapshot).Revision;
}

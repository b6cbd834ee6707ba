using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

public sealed class StatsTests : IAsyncDisposable
{
    private readonly StorageInFolder _folder = new();

    private static CancellationToken Running => StorageInFolder.Running;

    private SqliteStorage Storage => _folder.Storage;

    [Fact]
    public async Task What_was_done_is_counted_at_once_and_after_a_restart()
    {
        var store = await _folder.StoreAsync();
        Assert.Equal(new StoreStats(0, 0, 0, 0, 0, 0), store.Stats);
        await _folder.PutAsync(store, "é", [1, 2, 3]);
        await _folder.PutAsync(store, "é", new byte[50_000]);
        await _folder.PutAsync(store, "b", [1]);
        await Storage.DeleteAsync(store, new RecordKey("b"), Running);
        await Storage.DeleteAsync(store, new RecordKey("b"), Running);
        await ReadAsync(store, "é");
        await ReadAsync(store, "é");
        await ReadAsync(store, "not there");
        await Storage.ListRecordsAsync(store, RecordFilter.Everything, null, 1, Running);
        await Storage.KeysAsync(store, null, Running);
        await (await _folder.OpenAsync(store)).DisposeAsync();

        var expected = new StoreStats(ReadCount: 2, WriteCount: 3, DeleteCount: 1, ListCount: 3, Records: 1, StorageBytes: 50_000);
        Assert.Equal(expected, (await Storage.FindByIdAsync(store.Id, Running))?.Stats);
        Assert.Equal(expected, (await Storage.FindByNameAsync(StorageInFolder.Owner, "s", Running))?.Stats);
        Assert.Equal(expected, Assert.Single(await Storage.ListAsync(Running)).Stats);
        Assert.Equal(expected, (await _folder.StoreAsync()).Stats);

        await _folder.RestartAsync();
        Assert.Equal(expected, (await Storage.FindByIdAsync(store.Id, Running))?.Stats);
        await ReadAsync(store, "é");
        Assert.Equal(expected with { ReadCount = 3 }, (await Storage.FindByIdAsync(store.Id, Running))?.Stats);
    }

    [Fact]
    public async Task A_read_costs_no_write_and_is_saved_with_the_next_one()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", [1]);
        await _folder.PutAsync(await _folder.StoreAsync("other"), "a", [1]);
        await Storage.SweptAsync();
        var saved = SavedReads();

        for (var i = 0; i < 100; i++)
            await ReadAsync(store, "a");
        Assert.Equal(saved, SavedReads());

        await _folder.PutAsync(await _folder.StoreAsync("other"), "b", [1]);
        Assert.Equal("100", SavedReads());
    }

    [Fact]
    public async Task Reading_and_listing_are_accesses_and_no_changes()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", [1]);
        var before = (await Storage.FindByIdAsync(store.Id, Running))!;
        while (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() == before.ModifiedAt!.Value.ToUnixTimeMilliseconds())
            await Task.Yield();

        await ReadAsync(store, "a");

        var after = (await Storage.FindByIdAsync(store.Id, Running))!;
        Assert.True(after.AccessedAt > before.ModifiedAt);
        Assert.Equal(before.ModifiedAt, after.ModifiedAt);
    }

    [Fact]
    public async Task Nothing_is_counted_of_a_store_that_is_gone()
    {
        var store = await _folder.StoreAsync();
        await using var held = await _folder.OpenAsync(store);
        await Storage.DeleteAsync(store, Running);

        await Storage.ListRecordsAsync(store, RecordFilter.Everything, null, 1, Running);

        Assert.Empty(await Storage.ListAsync(Running));
        Assert.Equal(0, (await _folder.StoreAsync()).Stats!.ListCount);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private string? SavedReads() => _folder.Ask("select reads from stores where name = 's'");

    private async Task ReadAsync(Store store, string key)
    {
        await using var content = await Storage.OpenRecordAsync(store, new RecordKey(key), Running);
        if (content is not null)
            await content.ValueAsync(Running);
    }
}

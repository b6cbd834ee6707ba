using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class ManagedStorageContract
{
    [Fact]
    public async Task What_was_done_is_counted_at_once_and_after_a_restart()
    {
        var store = await StoreAsync();
        Assert.Equal(new StoreStats(0, 0, 0, 0, 0, 0), store.Stats);
        await PutAsync(store, "é", [1, 2, 3]);
        await PutAsync(store, "é", new byte[50_000]);
        await PutAsync(store, "b", [1]);
        await Writer.DeleteAsync(store, new RecordKey("b"), Running);
        await Writer.DeleteAsync(store, new RecordKey("b"), Running);
        await ReadAsync(store, "é");
        await ReadAsync(store, "é");
        await ReadAsync(store, "not there");
        await Stores.ListRecordsAsync(store, RecordFilter.Everything, null, 1, Running);
        await Stores.KeysAsync(store, null, Running);
        await (await OpenAsync(store)).DisposeAsync();

        var expected = new StoreStats(ReadCount: 2, WriteCount: 3, DeleteCount: 1, ListCount: 3, Records: 1, StorageBytes: 50_000);
        Assert.Equal(expected, (await Stores.FindByIdAsync(store.Id, Running))?.Stats);
        Assert.Equal(expected, (await Stores.FindByNameAsync(Owner, "s", Running))?.Stats);
        Assert.Equal(expected, Assert.Single(await Stores.ListAsync(Running)).Stats);
        Assert.Equal(expected, (await StoreAsync()).Stats);

        await RestartAsync();
        Assert.Equal(expected, (await Stores.FindByIdAsync(store.Id, Running))?.Stats);
        await ReadAsync(store, "é");
        Assert.Equal(expected with { ReadCount = 3 }, (await Stores.FindByIdAsync(store.Id, Running))?.Stats);
    }

    [Fact]
    public async Task What_is_done_by_means_of_a_store_that_counts_no_use_is_done_and_not_counted()
    {
        var store = await StoreAsync();
        await PutAsync(store, "a", [1]);
        var before = (await Stores.FindByIdAsync(store.Id, Running))!;
        var seen = before with { CountsUse = false };

        await PutAsync(seen, "a", [1, 2]);
        await PutAsync(seen, "b", [1]);
        await Writer.DeleteAsync(seen, new RecordKey("b"), Running);
        await ReadAsync(seen, "a");
        await Stores.KeysAsync(seen, null, Running);
        await (await OpenAsync(seen)).DisposeAsync();

        var after = (await Stores.FindByIdAsync(store.Id, Running))!;
        Assert.Equal(before.Stats! with { StorageBytes = 2 }, after.Stats);
        Assert.Equal(before.AccessedAt, after.AccessedAt);
    }

    [Fact]
    public async Task Reading_and_listing_are_accesses_and_no_changes()
    {
        var store = await StoreAsync();
        await PutAsync(store, "a", [1]);
        var before = (await Stores.FindByIdAsync(store.Id, Running))!;
        while (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() == before.ModifiedAt!.Value.ToUnixTimeMilliseconds())
            await Task.Yield();

        await ReadAsync(store, "a");

        var after = (await Stores.FindByIdAsync(store.Id, Running))!;
        Assert.True(after.AccessedAt > before.ModifiedAt);
        Assert.Equal(before.ModifiedAt, after.ModifiedAt);
    }

    [Fact]
    public async Task Nothing_is_counted_of_a_store_that_is_gone()
    {
        var store = await StoreAsync();
        await using var held = await OpenAsync(store);
        await Writer.DeleteAsync(store, Running);

        await Stores.ListRecordsAsync(store, RecordFilter.Everything, null, 1, Running);

        Assert.Empty(await Stores.ListAsync(Running));
        Assert.Equal(0, (await StoreAsync()).Stats!.ListCount);
    }

    private async Task ReadAsync(Store store, string key)
    {
        await using var content = await Stores.OpenRecordAsync(store, new RecordKey(key), Running);
        if (content is not null)
            await content.ValueAsync(Running);
    }
}

using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

public sealed class StatsTests : IAsyncDisposable
{
    private readonly StorageInFolder _folder = new();

    private static CancellationToken Running => StorageInFolder.Running;

    private SqliteStorage Storage => _folder.Storage;

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

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private string? SavedReads() => _folder.Ask("select reads from stores where name = 's'");

    private async Task ReadAsync(Store store, string key)
    {
        await using var content = await Storage.OpenRecordAsync(store, new RecordKey(key), Running);
        if (content is not null)
            await content.ValueAsync(Running);
    }
}

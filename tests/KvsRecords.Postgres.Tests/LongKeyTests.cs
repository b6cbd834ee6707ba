using KvsRecords.Stores;

namespace KvsRecords.Postgres.Tests;

/// <summary>Keys of archives that are seeds may be as long as they like; those that clients write have 256 characters at most.</summary>
public sealed class LongKeyTests
{
    [Fact]
    public async Task A_key_may_be_as_long_as_an_index_takes_and_a_longer_one_is_refused()
    {
        await using var database = await StorageInDatabase.OpenAsync();
        var store = await database.StoreAsync();

        // An index would compress words.
        var random = new Random(1);
        var key = string.Concat(Enumerable.Range(0, 2_500).Select(_ => (char)('a' + random.Next(26))));
        await database.PutAsync(store, key, [1]);
        await database.PutAsync(store, key, [2]);

        await using var content = await database.Storage.OpenRecordAsync(store, new RecordKey(key), TestContext.Current.CancellationToken);
        Assert.NotNull(content);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => database.PutAsync(store, key + "x", [1]));
        Assert.Contains("longer than 2500 bytes", refused.Message, StringComparison.Ordinal);
    }
}

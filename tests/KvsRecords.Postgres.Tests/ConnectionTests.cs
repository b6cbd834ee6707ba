using KvsRecords.Stores;

namespace KvsRecords.Postgres.Tests;

/// <summary>How the database is reached.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task A_socket_in_a_folder_is_as_good_as_an_address()
    {
        await using var database = await StorageInDatabase.OpenAsync((await Cluster.StartAsync()).LocalConnectionString);
        var store = await database.StoreAsync();
        await database.PutAsync(store, "a", [1]);

        await using var content = await database.Storage.OpenRecordAsync(store, new RecordKey("a"), TestContext.Current.CancellationToken);

        Assert.NotNull(content);
    }
}

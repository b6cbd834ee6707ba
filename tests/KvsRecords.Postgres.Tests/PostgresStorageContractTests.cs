using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Postgres.Tests;

public sealed class PostgresManagedStorageTests : ManagedStorageContract
{
    protected override int Effort => 20;

    protected override IManagedStorage Open(bool durable) => StorageInDatabase.OpenAsync().GetAwaiter().GetResult();
}

public sealed class PostgresStorageContractTests : StoreReaderContract
{
    protected override int Effort => 20;

    protected override bool NamesMayDifferOnlyInCase => false;

    protected override bool CanHold(string key) => new RecordKey(key).WhyUnsafeToUnpack() is null;

    protected override async Task<IBackend> OpenAsync(params StoreContents[] stores)
    {
        var backend = new Backend(await StorageInDatabase.OpenAsync());
        foreach (var store in stores)
            await backend.AddAsync(store);
        return backend;
    }

    private sealed class Backend(StorageInDatabase database) : IBackend
    {
        public IStoreReader Stores => database.Storage;

        public async Task AddAsync(StoreContents store)
        {
            await database.StoreAsync(store.Name);
            await Task.WhenAll(store.Records.Select(record => PutAsync(store.Name, record)));
        }

        public async Task PutAsync(string store, StoredRecord record)
        {
            using var value = new MemoryStream(record.Value);
            Assert.True(await database.Storage.PutAsync(
                await database.StoreAsync(store), new(new(record.Key), record.ContentType, record.LastModified), value, StorageInDatabase.Running));
        }

        public async Task DeleteAsync(string store) =>
            Assert.True(await database.Storage.DeleteAsync(await database.StoreAsync(store), StorageInDatabase.Running));

        public async Task DeleteAsync(string store, string key) => Assert.True(
            await database.Storage.DeleteAsync(await database.StoreAsync(store), new RecordKey(key), StorageInDatabase.Running));

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}

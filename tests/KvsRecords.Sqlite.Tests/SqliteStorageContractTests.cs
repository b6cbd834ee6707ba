using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

public sealed class SqliteManagedStorageTests : ManagedStorageContract
{
    protected override IManagedStorage Open(bool durable) => new StorageInFolder(durable);
}

public sealed class SqliteStorageContractTests : StoreReaderContract
{
    protected override bool NamesMayDifferOnlyInCase => false;

    protected override bool CanHold(string key) => new RecordKey(key).WhyUnsafeToUnpack() is null;

    protected override async Task<IBackend> OpenAsync(params StoreContents[] stores)
    {
        var backend = new Backend();
        foreach (var store in stores)
            await backend.AddAsync(store);
        return backend;
    }

    private sealed class Backend : IBackend
    {
        private readonly StorageInFolder _folder = new();

        public IStoreReader Stores => _folder.Storage;

        public async Task AddAsync(StoreContents store)
        {
            await _folder.StoreAsync(store.Name);
            foreach (var record in store.Records)
                await PutAsync(store.Name, record);
        }

        public async Task PutAsync(string store, StoredRecord record)
        {
            using var value = new MemoryStream(record.Value);
            var isDone = await _folder.Storage.PutAsync(
                await _folder.StoreAsync(store), new(new(record.Key), record.ContentType, record.LastModified), value, StorageInFolder.Running);
            Assert.True(isDone);
        }

        public async Task DeleteAsync(string store) =>
            Assert.True(await _folder.Storage.DeleteAsync(await _folder.StoreAsync(store), StorageInFolder.Running));

        public async Task DeleteAsync(string store, string key) =>
            Assert.True(await _folder.Storage.DeleteAsync(await _folder.StoreAsync(store), new RecordKey(key), StorageInFolder.Running));

        public ValueTask DisposeAsync() => _folder.DisposeAsync();
    }
}

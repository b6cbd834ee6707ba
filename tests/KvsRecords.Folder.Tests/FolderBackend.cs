using System.Text.Json.Nodes;
using KvsRecords.Storage;
using KvsRecords.StorageContract;

namespace KvsRecords.Folder.Tests;

/// <summary>A folder as one of the backends that the contract runs against.</summary>
/// <param name="nameOf">The name of the file that holds the value of a key.</param>
/// <param name="sidecarOf">The sidecar that crawlers write beside it, and what it says, or null.</param>
internal sealed class FolderBackend(Func<string, string> nameOf, Func<StoredRecord, (string Name, JsonObject Json)?> sidecarOf) : IBackend
{
    private readonly StorageFolder _storage = new();

    public IStoreReader Stores => _storage.Open();

    public async Task AddAsync(StoreContents store)
    {
        _storage.Store(store.Name);
        foreach (var record in store.Records)
            await PutAsync(store.Name, record);
    }

    public Task PutAsync(string store, StoredRecord record)
    {
        var path = PathOf(store, record.Key);
        File.WriteAllBytes(path, record.Value);
        File.SetLastWriteTimeUtc(path, record.LastModified.UtcDateTime);
        if (sidecarOf(record) is { } sidecar)
            File.WriteAllText(Path.Join(_storage.Stores, store, sidecar.Name + ".__metadata__.json"), sidecar.Json.ToJsonString());
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string store)
    {
        Directory.Delete(Path.Join(_storage.Stores, store), recursive: true);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string store, string key)
    {
        File.Delete(PathOf(store, key));
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _storage.Dispose();
        return ValueTask.CompletedTask;
    }

    private string PathOf(string store, string key) => Path.Join(_storage.Stores, store, nameOf(key));
}

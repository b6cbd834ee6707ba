using KvsRecords.Storage;

namespace KvsRecords.StorageContract;

/// <summary>A storage of its own for one test, with what the test does to it as its users would. Disposing it removes it.</summary>
public interface IBackend : IAsyncDisposable
{
    /// <summary>What is tested.</summary>
    IStoreReader Stores { get; }

    /// <summary>Makes a store, with its records.</summary>
    Task AddAsync(StoreContents store);

    /// <summary>Writes a record of a store that is there, over the one of the same key.</summary>
    Task PutAsync(string store, StoredRecord record);

    /// <summary>Deletes a store with all that is in it.</summary>
    Task DeleteAsync(string store);

    /// <summary>Deletes a record.</summary>
    Task DeleteAsync(string store, string key);
}

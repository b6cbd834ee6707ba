using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>Counts what a store holds, for a storage that keeps no <see cref="StoreStats"/>.</summary>
public interface IStoreCounter
{
    /// <summary>Looks at every record of a store. MUST count nothing when the store is deleted meanwhile.</summary>
    ValueTask<StoreCount> CountAsync(Store store, CancellationToken cancellationToken);
}

using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>Counts what a store holds, for a storage that keeps no <see cref="StoreStats"/>.</summary>
public interface IStoreCounter
{
    /// <summary>Looks at every record of a store. MUST count nothing when the store is deleted meanwhile.</summary>
    ValueTask<StoreCount> CountAsync(Store store, CancellationToken cancellationToken);
}

/// <summary>The number of a store's records, and their size.</summary>
/// <param name="Records">How many records.</param>
/// <param name="StorageBytes">The sum of the lengths of their values, in bytes.</param>
/// <param name="NoRecords">The files beside them that are no records, by reason.</param>
public sealed record StoreCount(long Records, long StorageBytes, IReadOnlyList<NoRecordFiles> NoRecords);

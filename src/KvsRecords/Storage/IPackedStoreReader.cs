using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>A storage that keeps its records as the ZIP members that they will become.</summary>
public interface IPackedStoreReader : IStoreReader
{
    /// <summary>Opens a store's records as they are now; null when the store is deleted between finding and opening.</summary>
    ValueTask<IPackedSnapshot?> OpenPackedSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken);
}

using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>A storage that keeps its records as the ZIP entries that they will become.</summary>
public interface ICompressedStoreReader : IStoreReader
{
    /// <summary>Opens a store's records as they are now; null when the store is deleted between finding and opening.</summary>
    ValueTask<ICompressedSnapshot?> OpenCompressedSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken);
}

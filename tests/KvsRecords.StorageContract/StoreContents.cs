namespace KvsRecords.StorageContract;

/// <summary>A store that a backend is asked to hold.</summary>
/// <param name="Name">Its name; it belongs to <see cref="StoreReaderContract.Owner"/>.</param>
/// <param name="Records">Its records, in no particular order; no key twice.</param>
public sealed record StoreContents(string Name, params IReadOnlyList<StoredRecord> Records);

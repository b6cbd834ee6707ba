using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Archive;

/// <summary>
/// A snapshot whose records are kept as the entries of an archive. MUST give the same entries, byte for byte, however often and from
/// wherever they are read, whatever is written meanwhile.
/// </summary>
public interface ICompressedSnapshot : IRecordSnapshot
{
    /// <summary>The sums of all entries, known without reading them.</summary>
    EntryTotals Totals { get; }

    /// <summary>True where entries come from another machine, or another process: a file is read faster than any of them.</summary>
    bool IsRemote => false;

    /// <summary>Begins to read the headers of all entries. MUST NOT read bodies.</summary>
    IEntryHeaders ReadHeaders();

    /// <summary>Begins to read the entries.</summary>
    /// <param name="from">The key to begin with; null: the first.</param>
    ICompressedEntries ReadEntries(string? from);
}

/// <summary>The sums of the entries of a snapshot.</summary>
/// <param name="Records">How many there are.</param>
/// <param name="KeyBytes">The sum of their keys' lengths in UTF-8.</param>
/// <param name="CompressedBytes">The sum of their compressed lengths.</param>
/// <param name="ValueBytes">The sum of their values' lengths.</param>
public readonly record struct EntryTotals(long Records, long KeyBytes, long CompressedBytes, long ValueBytes);

/// <summary>A storage that keeps its records as the ZIP entries that they will become.</summary>
public interface ICompressedStoreReader : IStoreReader
{
    /// <summary>Opens a store's records as they are now; null when the store is deleted between finding and opening.</summary>
    ValueTask<ICompressedSnapshot?> OpenCompressedSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken);
}

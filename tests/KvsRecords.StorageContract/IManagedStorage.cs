using KvsRecords.Archive;
using KvsRecords.Storage;

namespace KvsRecords.StorageContract;

/// <summary>A storage of managed stores for one test. Disposing it removes it.</summary>
public interface IManagedStorage : IAsyncDisposable
{
    /// <summary>The reading side of the storage that is open now.</summary>
    ICompressedStoreReader Stores { get; }

    /// <summary>The writing side of the same.</summary>
    IStoreWriter Writer { get; }

    /// <summary>Closes the storage, and opens it again.</summary>
    Task RestartAsync();

    /// <summary>Waits until nothing is left that can be removed, and counts what is stored then. MUST find each body to belong to a record.</summary>
    Task<StoredRows> SweepAsync();
}

/// <summary>The numbers of versions of records and of stores that are stored, seen or not.</summary>
public sealed record StoredRows(long Records, long Stores);

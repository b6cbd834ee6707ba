using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Storage;

namespace KvsRecords.StorageContract;

/// <summary>A storage of managed stores for one test. Disposing it removes it.</summary>
public interface IManagedStorage : IAsyncDisposable
{
    /// <summary>The storage that is open now.</summary>
    IManagedStores Managed { get; }

    /// <summary>The reading side of the same.</summary>
    ICompressedStoreReader Stores => Managed;

    /// <summary>The writing side of the same.</summary>
    IStoreWriter Writer => Managed;

    /// <summary>Names the storage to another program that opens it.</summary>
    string Place { get; }

    /// <summary>Closes the storage, and opens it again.</summary>
    Task RestartAsync();

    /// <summary>Waits until nothing is left that can be removed, and counts what is stored then. MUST find each body to belong to a record.</summary>
    Task<StoredRows> SweepAsync();
}

/// <summary>The numbers of versions of records and of stores that are stored, seen or not.</summary>
public sealed record StoredRows(long Records, long Stores);

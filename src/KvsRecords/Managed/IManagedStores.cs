using KvsRecords.Archive;
using KvsRecords.Storage;

namespace KvsRecords.Managed;

/// <summary>The managed stores of a server: everything that it reads, writes and looks after.</summary>
public interface IManagedStores : ICompressedStoreReader, IStoreWriter, IStoreSizes, IAsyncDisposable
{
    /// <summary>
    /// Reads everything there is, while others go on, and gives what is not as it was written: what a check of the database itself finds,
    /// and each record whose body is damaged (by its CRC-32) or lost. MUST NOT change anything, nor stop at what it finds.
    /// </summary>
    /// <param name="progress">Receives a report for each record that was read, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    IAsyncEnumerable<Damage> VerifyAsync(IProgress<VerifyProgress>? progress, CancellationToken cancellationToken);
}

namespace KvsRecords.Storage;

/// <summary>
/// A store that is being filled and that nobody sees yet. Disposing one that is not complete MUST leave nothing of it behind; neither
/// must the end of the process, after the next start.
/// </summary>
public interface IStoreImport : IAsyncDisposable
{
    /// <summary>
    /// Adds a record, over the one of the same key. May be called by several callers at once. MUST read the value as a stream; need not
    /// have survived a power cut before <see cref="CompleteAsync"/> is answered.
    /// </summary>
    /// <param name="record">Which record, and what is said of it.</param>
    /// <param name="value">The value, to its end. It is not disposed.</param>
    /// <param name="cancellationToken">Gives up as long as the value has not been read.</param>
    /// <exception cref="ArgumentException">The key is one that a record of this storage cannot have.</exception>
    ValueTask PutAsync(NewRecord record, Stream value, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the store one like any other; no record may be on its way. MUST have survived a power cut, with all its records, when it is answered; MUST be all of
    /// it or nothing.
    /// </summary>
    /// <returns>False when a store of that name, or with that id, has been made meanwhile: then nothing is left of this one.</returns>
    ValueTask<bool> CompleteAsync(CancellationToken cancellationToken);
}

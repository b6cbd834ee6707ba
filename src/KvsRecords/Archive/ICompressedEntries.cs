namespace KvsRecords.Archive;

/// <summary>
/// A cursor over the headers of entries, in the order of their keys, for one thread at a time. They come in pages: a database across a
/// network is asked once for many entries. Its spans are good until the next call of <see cref="LoadAsync"/>, <see cref="MoveNext"/> or
/// <see cref="Pause"/>: nothing is copied, since that would cost more than all the rest.
/// </summary>
public interface IEntryHeaders : IDisposable
{
    /// <summary>The key, in UTF-8.</summary>
    ReadOnlySpan<byte> Key { get; }

    /// <summary>The bytes that both headers of the entry have in common, as <see cref="EntryHeader"/> makes them.</summary>
    ReadOnlySpan<byte> Header { get; }

    /// <summary>The lengths of the entry, also where <see cref="Header"/> has no room for them.</summary>
    EntryLengths Lengths { get; }

    /// <summary>
    /// Loads the next page, which MAY be all there is; false: there are no more entries. An embedded database completes at once; one that
    /// does not holds nothing that could block others meanwhile, since clients are waited for.
    /// </summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    ValueTask<bool> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Goes to the next entry of the page; false: there is none.</summary>
    bool MoveNext();

    /// <summary>
    /// Releases everything that could block others, until the next call of <see cref="MoveNext"/>. MUST be called before any wait that a
    /// client can prolong.
    /// </summary>
    void Pause();
}

/// <summary>A cursor over entries with their bodies, each of which lies beside its header or elsewhere.</summary>
public interface ICompressedEntries : IEntryHeaders
{
    /// <summary>
    /// The most compressed bytes of a body that lies beside its header. 16 to 128 KiB made no difference to reading; a body that is
    /// written need not wait for a file to be synced, and a portion that is sent has less room to spare.
    /// </summary>
    const int MaxInlineBody = 16 * 1024;

    /// <summary>True when the body lies beside the header: then it is <see cref="Body"/>, else <see cref="ReadBodyAsync"/> reads it.</summary>
    bool IsInline { get; }

    /// <summary>The compressed bytes, at most <see cref="MaxInlineBody"/> of them.</summary>
    ReadOnlySpan<byte> Body { get; }

    /// <summary>Reads some of the compressed bytes of a body that lies elsewhere, at least one; the key stays good.</summary>
    /// <param name="offset">The first byte, less than the compressed length.</param>
    /// <param name="buffer">Room for one byte at least.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many bytes were read.</returns>
    /// <exception cref="IOException">The body is not there, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not as long as <see cref="IEntryHeaders.Lengths"/> says; MUST be found out before its first byte is given.</exception>
    ValueTask<int> ReadBodyAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);
}

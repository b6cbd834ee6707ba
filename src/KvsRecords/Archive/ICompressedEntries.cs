using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Archive;

/// <summary>
/// A cursor over the headers of entries, in the order of their keys, for one thread at a time. Its spans are good until the next call of
/// <see cref="MoveNext"/> or <see cref="Pause"/>: nothing is copied, since that would cost more than all the rest.
/// </summary>
public interface IEntryHeaders : IDisposable
{
    /// <summary>The key, in UTF-8.</summary>
    ReadOnlySpan<byte> Key { get; }

    /// <summary>The bytes that both headers of the entry have in common, as <see cref="EntryHeader"/> makes them.</summary>
    ReadOnlySpan<byte> Header { get; }

    /// <summary>The lengths of the entry, also where <see cref="Header"/> has no room for them.</summary>
    EntryLengths Lengths { get; }

    /// <summary>Goes to the next entry; false: there is none.</summary>
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

    /// <summary>True when the body lies beside the header: then it is <see cref="Body"/>, else <see cref="OpenBody"/> opens it.</summary>
    bool IsInline { get; }

    /// <summary>The compressed bytes, at most <see cref="MaxInlineBody"/> of them.</summary>
    ReadOnlySpan<byte> Body { get; }

    /// <summary>Opens a file that holds the compressed bytes and no others.</summary>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    SafeFileHandle OpenBody();
}

using KvsRecords.Archive;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Storage;

/// <summary>
/// Members, one after the other, for one thread at a time. What it gives of a member is good until the next call of
/// <see cref="MoveNext"/> or <see cref="Pause"/>: nothing is copied, since that would cost more than all the rest.
/// </summary>
public interface IMemberReader : IDisposable
{
    /// <summary>
    /// The most packed bytes that a member may have without a file of its own. 16 to 128 KiB made no difference to reading; a body that is
    /// written need not wait for a file to be synced, and a portion that is sent has less room to spare.
    /// </summary>
    const int LongestBody = 16 * 1024;

    /// <summary>The key, in UTF-8.</summary>
    ReadOnlySpan<byte> Key { get; }

    /// <summary>What both headers of the member have in common, as <see cref="MemberHeader"/> makes it.</summary>
    ReadOnlySpan<byte> Header { get; }

    /// <summary>What is known of the member. Asked for only where <see cref="Header"/> has no room for it.</summary>
    PackedRecord Record { get; }

    /// <summary>The packed bytes, at most <see cref="LongestBody"/> of them, unless they are in a file of their own.</summary>
    ReadOnlySpan<byte> Body { get; }

    /// <summary>Whether the packed bytes are in a file of their own.</summary>
    bool IsInFile { get; }

    /// <summary>Opens that file, which holds the packed bytes and no others.</summary>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    SafeFileHandle OpenFile();

    /// <summary>Goes to the next member; false: there is none.</summary>
    bool MoveNext();

    /// <summary>
    /// Lets go of everything that would be in somebody's way, for as long as nobody reads on. MUST be called before anything is waited
    /// for that a client can delay.
    /// </summary>
    void Pause();
}

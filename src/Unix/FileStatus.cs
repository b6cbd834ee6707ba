using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Unix;

/// <summary>What Unix says of an open file. .NET tells links and folders apart, but not pipes, sockets and devices.</summary>
/// <remarks>The layout is that of .NET's own native layer, which is the same on every Unix.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly partial struct FileStatus
{
    private const int KindMask = 0xF000;
    private const int ModeMask = 0xFFF;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const int SymbolicLink = 0xA000;

    private const int HasBirthTime = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // File systems keep later times than 64 bits of nanoseconds can (the year 2262), and earlier ones.
    private const long MaxSeconds = (long.MaxValue / NanosecondsPerSecond) - 1;

    [FieldOffset(0)]
    private readonly int _flags;

    [FieldOffset(4)]
    private readonly int _mode;

    [FieldOffset(8)]
    private readonly uint _owner;

    [FieldOffset(16)]
    private readonly long _length;

    [FieldOffset(40)]
    private readonly long _modified;

    [FieldOffset(48)]
    private readonly long _modifiedNanoseconds;

    [FieldOffset(56)]
    private readonly long _changed;

    [FieldOffset(64)]
    private readonly long _changedNanoseconds;

    [FieldOffset(72)]
    private readonly long _born;

    [FieldOffset(80)]
    private readonly long _bornNanoseconds;

    [FieldOffset(104)]
    private readonly long _inode;

    public bool IsRegularFile => (_mode & KindMask) == Regular;

    public bool IsFolder => (_mode & KindMask) == Folder;

    public bool IsLink => (_mode & KindMask) == SymbolicLink;

    /// <summary>Whether it belongs to the user of this process.</summary>
    public bool IsOurs => _owner == GetEffectiveUser();

    /// <summary>Who may do what with it.</summary>
    public UnixFileMode Mode => (UnixFileMode)(_mode & ModeMask);

    /// <summary>In bytes.</summary>
    public long Length => _length;

    /// <summary>When its content was last changed, in nanoseconds since 1970.</summary>
    public long Modified => Nanoseconds(_modified, _modifiedNanoseconds);

    /// <summary>When its content or its attributes were last changed, in nanoseconds since 1970.</summary>
    public long Changed => Nanoseconds(_changed, _changedNanoseconds);

    /// <summary>When it was made, in nanoseconds since 1970; 0 where the file system does not say.</summary>
    public long Born => (_flags & HasBirthTime) != 0 ? Nanoseconds(_born, _bornNanoseconds) : 0;

    /// <summary>The number of the file in its file system.</summary>
    public long Inode => _inode;

    /// <exception cref="IOException">The system does not say.</exception>
    public static FileStatus Of(SafeFileHandle file) =>
        FStat(file, out var status) == 0 ? status : throw new IOException(Marshal.GetLastPInvokeErrorMessage());

    /// <summary>Of a name, without following a link.</summary>
    public static FileStatus? Of(string path) => LStat(path, out var status) == 0 ? status : null;

    /// <summary>Of a name, with links followed.</summary>
    public static FileStatus? OfTarget(string path) => Stat(path, out var status) == 0 ? status : null;

    private static long Nanoseconds(long seconds, long nanoseconds) =>
        (Math.Clamp(seconds, -MaxSeconds, MaxSeconds) * NanosecondsPerSecond) + nanoseconds;

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetEUid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FStat", SetLastError = true)]
    private static partial int FStat(SafeFileHandle file, out FileStatus status);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int LStat(string path, out FileStatus status);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Stat(string path, out FileStatus status);
}

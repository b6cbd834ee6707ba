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

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    [FieldOffset(4)]
    private readonly int _mode;

    [FieldOffset(8)]
    private readonly uint _owner;

    [FieldOffset(16)]
    private readonly long _length;

    [FieldOffset(40)]
    private readonly long _lastWrite;

    [FieldOffset(48)]
    private readonly long _lastWriteNanoseconds;

    public bool IsRegularFile => (_mode & KindMask) == Regular;

    public bool IsFolder => (_mode & KindMask) == Folder;

    public bool IsLink => (_mode & KindMask) == SymbolicLink;

    /// <summary>Whether it belongs to the user of this process.</summary>
    public bool IsOurs => _owner == GetEffectiveUser();

    /// <summary>Who may do what with it.</summary>
    public UnixFileMode Mode => (UnixFileMode)(_mode & ModeMask);

    /// <summary>In bytes.</summary>
    public long Length => _length;

    /// <summary>The time of the last write; the last one of all where .NET has no value for it.</summary>
    public DateTimeOffset LastWrite => _lastWrite >= Earliest && _lastWrite <= Latest
        ? DateTimeOffset.FromUnixTimeSeconds(_lastWrite).AddTicks(_lastWriteNanoseconds / TimeSpan.NanosecondsPerTick)
        : DateTimeOffset.MaxValue;

    /// <exception cref="IOException">The system does not say.</exception>
    public static FileStatus Of(SafeFileHandle file) =>
        FStat(file, out var status) == 0 ? status : throw new IOException(Marshal.GetLastPInvokeErrorMessage());

    /// <summary>Of a name, without following a link.</summary>
    public static FileStatus? Of(string path) => LStat(path, out var status) == 0 ? status : null;

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetEUid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FStat", SetLastError = true)]
    private static partial int FStat(SafeFileHandle file, out FileStatus status);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int LStat(string path, out FileStatus status);
}

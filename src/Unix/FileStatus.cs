using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Unix;

/// <summary>The kind, the length and the times of a file, asked of the system at once.</summary>
/// <param name="Mode">The kind and the permissions, as <c>st_mode</c> has them.</param>
/// <param name="Stamp">The state of its content.</param>
/// <param name="Born">When it was made, in nanoseconds since 1970; 0 where the file system does not say.</param>
/// <param name="Owner">The number of the user whom it belongs to; 0 on Windows.</param>
/// <param name="Group">The number of the group that it belongs to; 0 on Windows.</param>
internal readonly partial record struct FileStatus(int Mode, FileStamp Stamp, long Born, uint Owner, uint Group)
{
    private const int KindMask = 0xF000;
    private const int PermissionMask = 0xFFF;
    private const int FolderKind = 0x4000;
    private const int RegularKind = 0x8000;
    private const int LinkKind = 0xA000;
    private const int NoSuchFile = 2;
    private const int NotADirectory = 20;
    private const int HasBirthTime = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // File systems keep later times than 64 bits of nanoseconds can (the year 2262), and earlier ones.
    private const long MaxSeconds = long.MaxValue / NanosecondsPerSecond - 1;

    public bool IsRegular => (Mode & KindMask) == RegularKind;

    public bool IsFolder => (Mode & KindMask) == FolderKind;

    public bool IsLink => (Mode & KindMask) == LinkKind;

    /// <summary>Tells whether the file belongs to the user of this process.</summary>
    public bool IsOurs => Owner == GetEffectiveUser();

    /// <summary>Gives the permissions of the owner, the group and others.</summary>
    public UnixFileMode Permissions => (UnixFileMode)(Mode & PermissionMask);

    /// <summary>Asks about an open file, on Unix only.</summary>
    /// <exception cref="IOException">The system does not say; the message has its reason.</exception>
    public static FileStatus Of(SafeFileHandle file) => OfSystem("an open file", FStat(file, out var status), status)!.Value;

    /// <summary>Asks about a path, and not about what it links to. Null: there is nothing.</summary>
    /// <exception cref="IOException">The system does not say; the message has its reason.</exception>
    public static FileStatus? Of(string path) => OperatingSystem.IsWindows() ? OfAttributes(new FileInfo(path)) : OfSystem(path, LStat(path, out var status), status);

    /// <summary>Asks about a folder, also one behind links. Null: there is nothing.</summary>
    /// <exception cref="IOException">The system does not say; the message has its reason.</exception>
    public static FileStatus? OfFolder(string path) =>
        OperatingSystem.IsWindows() ? OfAttributes(new DirectoryInfo(path)) : OfSystem(path, Stat(path, out var status), status);

    private static FileStatus? OfSystem(string path, int result, in SystemStatus status)
    {
        if (result == 0)
        {
            var stamp = new FileStamp(
                Nanoseconds(status.MTime, status.MTimeNsec), Nanoseconds(status.CTime, status.CTimeNsec), status.Ino, status.Size);
            return new FileStatus(
                status.Mode, stamp, (status.Flags & HasBirthTime) != 0 ? Nanoseconds(status.BirthTime, status.BirthTimeNsec) : 0,
                status.Uid, status.Gid);
        }

        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchFile or NotADirectory ? null : throw new IOException($"{path}: {new Win32Exception(error).Message}");
    }

    private static FileStatus? OfAttributes(FileSystemInfo info)
    {
        if (!info.Exists)
            return null;

        var kind = info.Attributes.HasFlag(FileAttributes.ReparsePoint) ? LinkKind
            : info.Attributes.HasFlag(FileAttributes.Directory) ? FolderKind
            : info.Attributes.HasFlag(FileAttributes.Device) ? 0
            : RegularKind;
        var modified = Nanoseconds(info.LastWriteTimeUtc);
        var stamp = new FileStamp(modified, modified, 0, (info as FileInfo)?.Length ?? 0);
        return new FileStatus(kind, stamp, Nanoseconds(info.CreationTimeUtc), Owner: 0, Group: 0);
    }

    private static long Nanoseconds(long seconds, long nanoseconds) =>
        Math.Clamp(seconds, -MaxSeconds, MaxSeconds) * NanosecondsPerSecond + nanoseconds;

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Gives the number of the user of this process, on Unix only.</summary>
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetEUid")]
    public static partial uint GetEffectiveUser();

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FStat", SetLastError = true)]
    private static partial int FStat(SafeFileHandle file, out SystemStatus status);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int LStat(string path, out SystemStatus status);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Stat(string path, out SystemStatus status);

    // What .NET's own native layer fills in, the same on every Unix (pal_io.h). Public .NET has no nanoseconds and no inodes.
    [StructLayout(LayoutKind.Sequential)]
    private struct SystemStatus
    {
        public int Flags;
        public int Mode;
        public uint Uid;
        public uint Gid;
        public long Size;
        public long ATime;
        public long ATimeNsec;
        public long MTime;
        public long MTimeNsec;
        public long CTime;
        public long CTimeNsec;
        public long BirthTime;
        public long BirthTimeNsec;
        public long Dev;
        public long RDev;
        public long Ino;
        public uint UserFlags;
    }
}

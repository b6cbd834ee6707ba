using System.ComponentModel;
using System.Runtime.InteropServices;

namespace KvsRecords.Folder;

/// <summary>The kind, the length and the times of a file, asked of the system at once.</summary>
/// <param name="Mode">The kind and the permissions, as <c>st_mode</c> has them.</param>
/// <param name="Stamp">The state of its content.</param>
/// <param name="Born">When it was made, in nanoseconds since 1970; 0 where the file system does not say.</param>
internal readonly partial record struct FileStatus(int Mode, FileStamp Stamp, long Born)
{
    private const int KindMask = 0xF000;
    private const int RegularKind = 0x8000;
    private const int LinkKind = 0xA000;
    private const int NoSuchFile = 2;
    private const int NotADirectory = 20;
    private const int HasBirthTime = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // File systems keep later times than 64 bits of nanoseconds can (the year 2262), and earlier ones.
    private const long MaxSeconds = long.MaxValue / NanosecondsPerSecond - 1;

    public bool IsRegular => (Mode & KindMask) == RegularKind;

    public bool IsLink => (Mode & KindMask) == LinkKind;

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
                status.Mode, stamp, (status.Flags & HasBirthTime) != 0 ? Nanoseconds(status.BirthTime, status.BirthTimeNsec) : 0);
        }

        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchFile or NotADirectory ? null : throw new IOException($"{path}: {new Win32Exception(error).Message}");
    }

    private static FileStatus? OfAttributes(FileSystemInfo info)
    {
        if (!info.Exists)
            return null;

        var kind = info.Attributes.HasFlag(FileAttributes.ReparsePoint) ? LinkKind
            : (info.Attributes & (FileAttributes.Directory | FileAttributes.Device)) == 0 ? RegularKind
            : 0;
        var modified = Nanoseconds(info.LastWriteTimeUtc);
        return new FileStatus(kind, new FileStamp(modified, modified, 0, (info as FileInfo)?.Length ?? 0), Nanoseconds(info.CreationTimeUtc));
    }

    private static long Nanoseconds(long seconds, long nanoseconds) =>
        Math.Clamp(seconds, -MaxSeconds, MaxSeconds) * NanosecondsPerSecond + nanoseconds;

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

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

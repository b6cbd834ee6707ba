using System.ComponentModel;
using System.Runtime.InteropServices;
using KvsRecords.Unix;

namespace KvsRecords.Folder;

/// <summary>The kind, the length and the times of a file, asked of the system at once.</summary>
/// <param name="IsRegular">Whether it is a regular file.</param>
/// <param name="IsLink">Whether it is a symbolic link.</param>
/// <param name="Stamp">The state of its content.</param>
/// <param name="Born">When it was made, in nanoseconds since 1970; 0 where the file system does not say.</param>
internal readonly record struct FileState(bool IsRegular, bool IsLink, FileStamp Stamp, long Born)
{
    private const int NoSuchFile = 2;
    private const int NotADirectory = 20;

    /// <summary>Asks about a path, and not about what it links to. Null: there is nothing.</summary>
    /// <exception cref="IOException">The system does not say; the message has its reason.</exception>
    public static FileState? Of(string path) =>
        OperatingSystem.IsWindows() ? OfAttributes(new FileInfo(path)) : Of(path, FileStatus.Of(path));

    /// <summary>Asks about a folder, also one behind links. Null: there is nothing.</summary>
    /// <exception cref="IOException">The system does not say; the message has its reason.</exception>
    public static FileState? OfFolder(string path) =>
        OperatingSystem.IsWindows() ? OfAttributes(new DirectoryInfo(path)) : Of(path, FileStatus.OfTarget(path));

    public static FileState Of(in FileStatus status) => new(
        status.IsRegularFile, status.IsLink, new FileStamp(status.Modified, status.Changed, status.Inode, status.Length), status.Born);

    private static FileState? Of(string path, FileStatus? found)
    {
        if (found is { } status)
            return Of(status);

        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchFile or NotADirectory ? null : throw new IOException($"{path}: {new Win32Exception(error).Message}");
    }

    private static FileState? OfAttributes(FileSystemInfo info)
    {
        if (!info.Exists)
            return null;

        var isLink = info.Attributes.HasFlag(FileAttributes.ReparsePoint);
        var isRegular = !isLink && (info.Attributes & (FileAttributes.Directory | FileAttributes.Device)) == 0;
        var modified = Nanoseconds(info.LastWriteTimeUtc);
        var stamp = new FileStamp(modified, modified, 0, (info as FileInfo)?.Length ?? 0);
        return new FileState(isRegular, isLink, stamp, Nanoseconds(info.CreationTimeUtc));
    }

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}

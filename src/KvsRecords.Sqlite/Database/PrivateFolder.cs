using KvsRecords.Unix;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite.Database;

/// <summary>
/// A folder that only the user of this process can use, held open: later operations reach this folder even when its name comes to mean
/// another one.
/// </summary>
internal sealed class PrivateFolder : IDisposable
{
    private const UnixFileMode OthersMay = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string _name;
    private readonly SafeFileHandle? _handle;

    private PrivateFolder(string name, SafeFileHandle? handle) => (_name, _handle) = (name, handle);

    /// <summary>A path that means this folder for as long as it is held.</summary>
    public string Path => OperatingSystem.IsLinux() ? $"/proc/self/fd/{_handle!.DangerousGetHandle()}" : _name;

    /// <summary>Null when it is a link, not there, another user's, or others may use it.</summary>
    public static PrivateFolder? Open(string path)
    {
        // Each user has a temporary folder there.
        if (OperatingSystem.IsWindows())
            return File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint) ? null : new PrivateFolder(path, null);

        var full = System.IO.Path.GetFullPath(path);
        var handle = Beneath.Open(
            System.IO.Path.GetDirectoryName(full)!, System.IO.Path.GetFileName(full), OpenFor.Folder, out _, followLinks: false);
        if (handle is not null && FileStatus.Of(handle) is { IsOurs: true, IsFolder: true } status && (status.Permissions & OthersMay) == 0)
            return new PrivateFolder(full, handle);

        handle?.Dispose();
        return null;
    }

    /// <summary>Removes the folder with everything in it. If its name means another folder by now, that one stays.</summary>
    public void Remove()
    {
        foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }

        Directory.Delete(_name);
    }

    public void Dispose() => _handle?.Dispose();
}

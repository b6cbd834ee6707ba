using System.ComponentModel;
using System.Runtime.InteropServices;
using KvsRecords.Storage;
using KvsRecords.Unix;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite.Database;

/// <summary>
/// The files and folders of a storage: on Unix only the user of this process may use them, from their first byte on, and none is a link.
/// On Windows they have the rights of the folder that they are made in.
/// </summary>
internal static class OwnFiles
{
    private const UnixFileMode OfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OfFolder = OfFile | UnixFileMode.UserExecute;

    /// <summary>The options for opening a file that is made when it is not there.</summary>
    public static FileStreamOptions Options(FileMode mode, FileShare share, int bufferSize = 0)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = bufferSize };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
            options.UnixCreateMode = OfFile;
        return options;
    }

    /// <summary>Makes a file without a byte, unless it is there.</summary>
    public static void Create(string path)
    {
        if (!File.Exists(path))
            new FileStream(path, Options(FileMode.CreateNew, FileShare.ReadWrite | FileShare.Delete)).Dispose();
    }

    /// <summary>Makes a folder, with those above it, unless it is there.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        // .NET gives the mode to the last one only.
        if (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
            CreateFolder(parent);
        Directory.CreateDirectory(path, OfFolder);
    }

    /// <summary>
    /// Takes the rights of others from files and folders that belong to the user of this process. Rights that cannot be changed stay: the
    /// medium may be read-only, or know no rights.
    /// </summary>
    /// <returns>Whether others had some.</returns>
    public static bool Restrict(string path)
    {
        if (OperatingSystem.IsWindows() || FileStatus.Of(path) is not { IsOurs: true, IsLink: false } status)
            return false;

        var mode = status.Permissions & (status.IsFolder ? OfFolder : OfFile);
        if (mode == status.Permissions)
            return false;

        try
        {
            File.SetUnixFileMode(path, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The rights cannot be changed here.
        }

        return true;
    }

    /// <summary>
    /// MUST throw where something lies that a storage cannot have made: a file that is written or removed there may be another program's.
    /// </summary>
    /// <exception cref="StorageRefusedException">Something else is there.</exception>
    public static void Refuse(string path, bool unlessFolder = false)
    {
        if (!IsThereAs(path, unlessFolder))
        {
            throw new StorageRefusedException(
                $"{path} is a link, or no {(unlessFolder ? "folder" : "regular file")}. A storage is refused in which such a thing lies where its own belong.");
        }
    }

    /// <summary>Opens a file of a folder to read it. MUST NOT follow a link, nor wait for what is no file.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="InvalidDataException">It is a link, or no file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafeFileHandle OpenRead(string folder, string name)
    {
        var path = Path.Join(folder, name);
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        var file = Beneath.Open(folder, name, OpenFor.Reading, out var error, followLinks: false);
        if (file is not null && FileStatus.Of(file).IsRegular)
            return file;

        file?.Dispose();
        if (file is not null || FileStatus.Of(path) is { IsRegular: false })
            throw new InvalidDataException($"The file {path} is a link, or no regular file.");
        throw error switch
        {
            Beneath.NoSuchFile => new FileNotFoundException($"The file {path} is missing.", path),
            Beneath.AccessDenied => new UnauthorizedAccessException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}"),
            _ => new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}"),
        };
    }

    private static bool IsThereAs(string path, bool folder)
    {
        if (!OperatingSystem.IsWindows())
            return FileStatus.Of(path) is not { } status || (folder ? status.IsFolder : status.IsRegular);

        return !Path.Exists(path)
            || (File.GetAttributes(path) & (FileAttributes.ReparsePoint | FileAttributes.Directory)) == (folder ? FileAttributes.Directory : 0);
    }
}

/// <summary>
/// Makes the names in a folder survive a power cut. A synced file whose folder is not synced may have no name afterwards. .NET opens
/// no folders; its own native layer, which is on every Unix where it runs, does. Windows keeps names in its journal.
/// </summary>
internal static partial class SyncedFolder
{
    // As that layer numbers them, on every system: read only, and not inherited by programs that are started.
    private const int OpenFlags = 0x0000 | 0x0010;

    /// <exception cref="IOException">It cannot be synced.</exception>
    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows())
            return;

        var folder = Open(path, OpenFlags, 0);
        if (folder < 0)
            throw Fault(path);
        try
        {
            if (FSync(folder) != 0)
                throw Fault(path);
        }
        finally
        {
            _ = Close(folder);
        }
    }

    private static IOException Fault(string path) =>
        new($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial nint Open(string path, int flags, int mode);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FSync", SetLastError = true)]
    private static partial int FSync(nint file);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Close", SetLastError = true)]
    private static partial int Close(nint file);
}

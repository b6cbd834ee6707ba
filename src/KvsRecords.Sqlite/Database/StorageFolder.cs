using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KvsRecords.Storage;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite.Database;

/// <summary>The folder of a storage, held by this process alone.</summary>
internal sealed partial class StorageFolder : IDisposable
{
    private const string LockName = "lock";
    private const string DatabaseName = "records.db";
    private const string BodiesName = "bodies";
    private const string OldCopiesName = "packs";
    private const string OldReserveName = "reserve";

    // A commit may take more than this in the log.
    private const long MinRoom = 1024 * 1024;

    // What SQLite makes beside a database has its rights.
    private static readonly string[] Files = [LockName, DatabaseName, DatabaseName + "-wal", DatabaseName + "-shm", DatabaseName + "-journal", OldReserveName];

    // Exclusive, and without waiting: the operations of flock, as .NET's own native layer numbers them on every Unix.
    private const int ExclusiveAtOnce = 2 | 4;

    // "The user-version ... is a 4-byte big-endian integer at offset 60" (the SQLite file format).
    private const int VersionOffset = 60;

    private readonly FileStream _lock;

    private StorageFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public string Database => System.IO.Path.Join(Path, DatabaseName);

    public string Bodies => System.IO.Path.Join(Path, BodiesName);

    /// <exception cref="StorageRefusedException">Another process has it, a newer program has written to it, or it is something else.</exception>
    public static StorageFolder Open(string path, bool durable, bool readOnly)
    {
        var full = System.IO.Path.GetFullPath(path);
        var isNew = !Directory.Exists(full);
        OwnFiles.CreateFolder(full);
        RefuseOther(full);
        RefuseLinks(full);
        if (!readOnly)
            Restrict(full);
        if (isNew && durable && System.IO.Path.GetDirectoryName(full) is { } parent)
            SyncedFolder.Sync(parent);

        var folder = new StorageFolder(full, Lock(full, FileMode.OpenOrCreate));
        try
        {
            folder.RefuseNewer(folder.VersionOnDisk());
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <exception cref="StorageRefusedException">The version is one that this program does not know.</exception>
    public void RefuseNewer(long version)
    {
        if (version > Schema.Version)
        {
            throw new StorageRefusedException(
                $"The storage in {Path} was written by a newer version of this program (format {version}; this one knows {Schema.Version}).");
        }
    }

    /// <summary>
    /// MUST throw when the storage is gone, or its medium is full or read-only: files that are already open do not show that.
    /// </summary>
    public void CheckWritable(DateTimeOffset now)
    {
        if (!IsThere(Path))
            throw new FileNotFoundException($"The storage in {Path} is gone.");

        // Not opened for writing: closing a file releases SQLite's locks on it.
        File.SetLastWriteTimeUtc(_lock.Name, now.UtcDateTime);

        // A network path on Windows has no drive to ask.
        var disk = OperatingSystem.IsWindows() ? System.IO.Path.GetPathRoot(Path)! : Path;
        if (!disk.StartsWith(@"\\", StringComparison.Ordinal) && new DriveInfo(disk) is { TotalSize: > 0, AvailableFreeSpace: < MinRoom })
            throw new IOException($"The disk of {Path} is full: nothing can be written or deleted before there is room again.");
    }

    /// <summary>Removes what older versions of this program kept here: room for deleting, and copies of records when they were killed.</summary>
    public void RemoveLeftovers()
    {
        var copies = new DirectoryInfo(System.IO.Path.Join(Path, OldCopiesName));
        try
        {
            File.Delete(System.IO.Path.Join(Path, OldReserveName));
            foreach (var file in copies.Exists ? copies.GetFiles() : [])
            {
                if (file.Name.All(char.IsAsciiDigit))
                    file.Delete();
            }

            if (copies.Exists && !copies.EnumerateFileSystemInfos().Any())
                copies.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing uses it: it only takes room.
        }
    }

    public void Dispose() => _lock.Dispose();

    public static bool IsThere(string path) => File.Exists(System.IO.Path.Join(path, DatabaseName));

    /// <summary>
    /// Removes a storage that only this user can use, unless a process has it. One that has just been made, and is not held yet, has
    /// no lock and stays. MUST NOT remove anything of another place, whatever another user does with the names meanwhile.
    /// </summary>
    public static void RemoveAbandoned(string path)
    {
        try
        {
            using var folder = PrivateFolder.Open(path);
            if (folder is null)
                return;

            // The lock is held until the folder is gone: a process that waits for it must not begin in a folder that is being removed.
            using var held = Lock(folder.Path, FileMode.Open);
            folder.Remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in use, or not ours to remove.
        }
    }

    // Files in a storage that belong to no record are removed, so a storage must not be made around other files.
    private static void RefuseOther(string folder)
    {
        if (IsThere(folder))
            return;

        var stranger = Directory.EnumerateFileSystemEntries(folder).Select(System.IO.Path.GetFileName)
            .FirstOrDefault(name => name is not (LockName or "lost+found") && name?.StartsWith('.') == false);
        if (stranger is not null)
        {
            throw new StorageRefusedException(
                $"The folder {folder} is no storage, and not empty: '{stranger}' is in it. A storage is kept in a folder of its own.");
        }
    }

    // A folder from elsewhere may hold anything; one of our own is not changed by others.
    private static void RefuseLinks(string folder)
    {
        foreach (var name in Files)
            OwnFiles.Refuse(System.IO.Path.Join(folder, name));
        foreach (var name in (string[])[BodiesName, OldCopiesName])
            OwnFiles.Refuse(System.IO.Path.Join(folder, name), unlessFolder: true);
    }

    private static void Restrict(string folder)
    {
        OwnFiles.Restrict(folder);
        foreach (var name in Files)
            OwnFiles.Restrict(System.IO.Path.Join(folder, name));

        // There may be millions of them; where the folder was closed to others, they were made so.
        var bodies = System.IO.Path.Join(folder, BodiesName);
        if (!OwnFiles.Restrict(bodies))
            return;
        foreach (var file in Directory.EnumerateFiles(bodies))
            OwnFiles.Restrict(file);
    }

    // The system lets go of it when the process ends, in whatever way.
    private static FileStream Lock(string folder, FileMode mode)
    {
        try
        {
            var path = System.IO.Path.Join(folder, LockName);
            var file = new FileStream(path, OwnFiles.Options(mode, FileShare.None));

            // A program may have set .NET not to lock files (System.IO.DisableFileLocking), because others write them. Another process that
            // removes the storage may have had the lock before: then this lock belongs to a removed file.
            if ((OperatingSystem.IsWindows() || FLock(file.SafeFileHandle, ExclusiveAtOnce) == 0) && File.Exists(path))
                return file;

            file.Dispose();
            throw new IOException();
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) || e is DirectoryNotFoundException)
        {
            throw new StorageRefusedException($"The storage in {folder} is in use by another process, or cannot be locked.", e);
        }
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FLock", SetLastError = true)]
    private static partial int FLock(SafeFileHandle file, int operation);

    // Opening a database can already change it: a log that was left behind is worked into it.
    private long VersionOnDisk()
    {
        if (!File.Exists(Database))
            return 0;

        using var file = File.OpenHandle(Database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> version = stackalloc byte[4];
        return RandomAccess.Read(file, version, VersionOffset) == version.Length ? BinaryPrimitives.ReadInt32BigEndian(version) : 0;
    }
}

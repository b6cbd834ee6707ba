using System.Buffers.Binary;

namespace KvsRecords.Sqlite;

/// <summary>The folder of a storage, held by this process alone.</summary>
internal sealed class StorageFolder : IDisposable
{
    // "The user-version ... is a 4-byte big-endian integer at offset 60" (the SQLite file format).
    private const int VersionOffset = 60;

    private readonly FileStream _lock;

    private StorageFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public string Database => System.IO.Path.Join(Path, "records.db");

    public string Reserve => System.IO.Path.Join(Path, "reserve");

    public string Bodies => System.IO.Path.Join(Path, "bodies");

    /// <exception cref="StorageRefusedException">Another process has it, or a newer program has written to it.</exception>
    public static StorageFolder Open(string path, bool durable)
    {
        var full = System.IO.Path.GetFullPath(path);
        var isNew = !Directory.Exists(full);
        Directory.CreateDirectory(full);
        if (isNew && durable && System.IO.Path.GetDirectoryName(full) is { } parent)
            SyncedFolder.Sync(parent);

        var folder = new StorageFolder(full, Lock(full));
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

    public void Dispose() => _lock.Dispose();

    // The system lets go of it when the process ends, in whatever way.
    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(System.IO.Path.Join(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            throw new StorageRefusedException($"The storage in {folder} is in use by another process, or cannot be locked.", e);
        }
    }

    // To open a database can already change it: a log that was left behind is worked into it.
    private long VersionOnDisk()
    {
        if (!File.Exists(Database))
            return 0;

        using var file = File.OpenHandle(Database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> version = stackalloc byte[4];
        return RandomAccess.Read(file, version, VersionOffset) == version.Length ? BinaryPrimitives.ReadInt32BigEndian(version) : 0;
    }
}

using System.Text;
using KvsRecords.Archive;
using KvsRecords.Storage;

namespace KvsRecords.Sqlite.Database;

/// <summary>Opens the one connection that writes.</summary>
internal static class WriterDatabase
{
    // The size to which the log shrinks after it was longer: it is worked into the database at that size (1,000 pages).
    private const int MaxIdleLog = 1_000 * Schema.PageSize;

    /// <summary>MUST bring a database of an older version up to date, all of it or nothing.</summary>
    /// <exception cref="StorageRefusedException">A newer program has written to it.</exception>
    public static Connection Open(StorageFolder folder, bool durable)
    {
        OwnFiles.Create(folder.Database);
        var database = Connection.Open(folder.Database, readOnly: false);
        try
        {
            var version = database.First("pragma user_version", row => row.GetInt64(0));
            folder.RefuseNewer(version);
            RefuseStranger(database, folder, version);
            database.Run($"pragma page_size={Schema.PageSize}; pragma journal_mode=wal; pragma journal_size_limit={MaxIdleLog}");
            database.Run(durable ? "pragma synchronous=full" : "pragma synchronous=off");
            database.KeepLog();
            if (version == 1)
                database.AddFunction(Schema.HeaderFunction, HeaderOf);
            if (version < Schema.Version)
                database.Run($"begin immediate; {(version == 0 ? Schema.Create : Schema.From1)} pragma user_version={Schema.Version}; pragma application_id={Schema.ApplicationId}; commit");

            // A store that was being filled when the program ended is removed like a deleted one.
            database.Run("update stores set state = ?2 where state = ?1", Schema.Unfinished, Schema.Gone);
            if (durable)
                SyncedFolder.Sync(folder.Path);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Closes the database after working the whole log into it. The files of the log stay: making them takes room, and a storage must open
    /// on a full disk too.
    /// </summary>
    public static void Close(Connection database)
    {
        try
        {
            database.Run("pragma wal_checkpoint(truncate)");
        }
        catch (IOException)
        {
            // The next start reads it from the log.
        }

        database.Dispose();
    }

    /// <summary>Opens it for a caller that only looks.</summary>
    /// <exception cref="StorageRefusedException">Its format is not the one that this program writes.</exception>
    public static Connection OpenToLook(StorageFolder folder)
    {
        var database = Connection.Open(folder.Database, readOnly: true);
        try
        {
            var version = database.First("pragma user_version", row => row.GetInt64(0));
            folder.RefuseNewer(version);
            RefuseStranger(database, folder, version);
            return version == Schema.Version ? database : throw new StorageRefusedException(
                $"The storage in {folder.Path} was written by an older version of this program (format {version}). "
                + "A server that is started on it brings it up to date.");
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    // A body in 'bodies' that no row names is removed, so the rows must be this program's.
    private static void RefuseStranger(Connection database, StorageFolder folder, long version)
    {
        var application = database.First("pragma application_id", row => row.GetInt64(0));
        var tables = database.First("select count(*) from sqlite_master", row => row.GetInt64(0));
        var isOurs = version switch
        {
            0 => tables == 0,
            1 => true,
            _ => application == Schema.ApplicationId,
        };
        if (!isOurs)
            throw new StorageRefusedException($"The folder {folder.Path} is no storage: {folder.Database} is a database of something else.");

        // These would run with every read or write: a trigger, a view in place of a table, a calculated column.
        var foreign = database.Rows(
                "select type, name, sql from sqlite_master where sql is not null",
                row => (Type: row.GetString(0), Name: row.GetString(1), Sql: row.GetString(2)))
            .FirstOrDefault(one => version == Schema.Version ? !Schema.Makes(one.Sql) : one.Type is not ("table" or "index"));
        if (foreign.Name is not null)
        {
            throw new StorageRefusedException(
                $"{folder.Database} has something in it that this program does not make: the {foreign.Type} '{foreign.Name}'. It is refused, since it could do anything.");
        }
    }

    private static byte[] HeaderOf(string key, long crc32, long length, long compressedLength, long method, long modified) => EntryHeader.Create(
        Encoding.UTF8.GetBytes(key), new CompressedEntry((uint)crc32, length, compressedLength, (CompressionMethod)method), modified);

    /// <summary>
    /// Sets whether the next transactions wait for the disk. Without it (NORMAL, not OFF) only a power cut can take back the last ones, and
    /// the database stays whole: pages that are moved out of the log still wait.
    /// </summary>
    public static void WaitForDisk(Connection database, bool wait) =>
        database.Run(wait ? "pragma synchronous=full" : "pragma synchronous=normal");
}

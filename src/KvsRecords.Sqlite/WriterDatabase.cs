namespace KvsRecords.Sqlite;

/// <summary>Opens the one connection that writes.</summary>
internal static class WriterDatabase
{
    // What the log may keep of the disk after it was longer once.
    private const int LongestIdleLog = 64 * 1024 * 1024;

    /// <summary>MUST bring a database of an older version up to date, all of it or nothing.</summary>
    /// <exception cref="StorageRefusedException">A newer program has written to it.</exception>
    public static Database Open(StorageFolder folder, bool durable)
    {
        var database = Database.Open(folder.Database, readOnly: false);
        try
        {
            var version = database.Prepare("pragma user_version").First(row => row.GetInt64(0));
            folder.RefuseNewer(version);
            database.Run($"pragma page_size={Schema.PageSize}; pragma journal_mode=wal; pragma journal_size_limit={LongestIdleLog}");
            database.Run(durable ? "pragma synchronous=full" : "pragma synchronous=off");
            if (version < Schema.Version)
                database.Run($"begin immediate; {(version == 0 ? Schema.Create : Schema.From1)} pragma user_version={Schema.Version}; commit");
            StoreTable.DeleteUnfinished(database);
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
    /// Whether the next transactions wait for the disk. Without it (NORMAL, not OFF) only a power cut can take back the last ones,
    /// and the database stays whole: what is moved out of the log still waits.
    /// </summary>
    public static void WaitForDisk(Database database, bool wait) =>
        database.Run(wait ? "pragma synchronous=full" : "pragma synchronous=normal");
}

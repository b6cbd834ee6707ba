using KvsRecords.Sqlite;

namespace KvsRecords.Server.Storage;

/// <summary>
/// The temporary folders of ephemeral storages: each is removed at the end of its process, or by the next one that starts.
/// </summary>
internal static class EphemeralFolders
{
    private const string Prefix = "kvs-records-ephemeral-";

    /// <exception cref="IOException">It cannot be made; the message says where, why, and how to name another place.</exception>
    public static string Create() => TemporaryFolder.Create(Prefix);

    public static void RemoveAbandoned()
    {
        // Where there is none, making one says so.
        if (!Directory.Exists(Path.GetTempPath()))
            return;

        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
            SqliteStorage.RemoveAbandoned(folder);
    }

    /// <summary>
    /// Removes a folder at the end of its storage. A folder that cannot be removed now is removed later: it must not keep a server from
    /// ending.
    /// </summary>
    public static void Remove(string folder) => SqliteStorage.RemoveAbandoned(folder);
}

using KvsRecords.Sqlite;

namespace KvsRecords.Server;

/// <summary>The temporary folders of ephemeral storages: each is removed at the end of its process, or by the next one that starts.</summary>
internal static class EphemeralFolders
{
    private const string Prefix = "kvs-records-ephemeral-";

    public static string Create() => Directory.CreateTempSubdirectory(Prefix).FullName;

    public static void RemoveAbandoned()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
            SqliteStorage.RemoveAbandoned(folder);
    }

    /// <summary>Removes one at its end. What cannot be removed now is removed later: it must keep no server from ending.</summary>
    public static void Remove(string folder) => SqliteStorage.RemoveAbandoned(folder);
}

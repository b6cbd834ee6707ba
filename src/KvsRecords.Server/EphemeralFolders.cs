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

    /// <summary>What cannot be removed now is removed later: nobody needs it, and it must keep nobody from starting or ending.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process was quicker, or it is not ours.
        }
    }
}

using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>What is known of a pack of neighbouring records.</summary>
/// <param name="Store">The number of their store.</param>
/// <param name="First">The key of the first.</param>
/// <param name="Last">The key of the last: every record between the two is in it.</param>
/// <param name="Born">The revision from which on it is what the store holds there, until one of them changes.</param>
/// <param name="Totals">What they are all together.</param>
/// <param name="Path">Its file.</param>
internal sealed record Pack(long Store, RecordKey First, RecordKey Last, long Born, PackedTotals Totals, string Path)
{
    /// <summary>Null when it is not there any more, or not whole.</summary>
    public MemberPack? TryOpen()
    {
        MemberPack? pack = null;
        try
        {
            pack = new MemberPack(File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Totals);
            if (pack.IsWhole)
                return pack;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its records are in the database too.
        }

        pack?.Dispose();
        return null;
    }

    public void Delete() => Delete(Path);

    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is removed at the next start.
        }
    }
}

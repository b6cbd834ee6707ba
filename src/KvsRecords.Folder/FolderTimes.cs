using KvsRecords.Unix;

namespace KvsRecords.Folder;

/// <summary>The times of a store's folder, for a store whose metadata says none. The time of access is none of them: reading changes it.</summary>
/// <param name="Made">When it was made; of a copy that kept its other times, when its original was last changed.</param>
/// <param name="Modified">When its names were last changed.</param>
internal readonly record struct FolderTimes(DateTimeOffset Made, DateTimeOffset Modified)
{
    /// <summary>Asks the file system. Null: it does not say.</summary>
    public static FolderTimes? Of(string folder)
    {
        try
        {
            if (FileStatus.OfFolder(folder) is not { } status)
                return null;

            var modified = status.Stamp.Modified;
            return new FolderTimes(Time(status.Born > 0 ? Math.Min(status.Born, modified) : modified), Time(modified));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The time of a number of nanoseconds since 1970.</summary>
    public static DateTimeOffset Time(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}

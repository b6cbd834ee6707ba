using KvsRecords.Folder;
using KvsRecords.Stores;

namespace KvsRecords.Server.Logging;

/// <summary>All events that the server logs. The numbers do not change their meaning.</summary>
internal static partial class LogEvents
{
    public const string Category = "KvsRecords";

    [LoggerMessage(1, LogLevel.Warning, "{Problem}")]
    public static partial void OddSetting(this ILogger logger, string problem);

    [LoggerMessage(2, LogLevel.Warning, "The configuration says something of the store {Store}, which is not there (yet)")]
    public static partial void DeclaredStoreNotThere(this ILogger logger, StoreDeclaration store);

    [LoggerMessage(3, LogLevel.Warning, "There is no store in {Folder} (yet). Stores are the folders in its folder key_value_stores")]
    public static partial void NoStores(this ILogger logger, string folder);

    [LoggerMessage(10, LogLevel.Debug, "The client left the archive of {Store} after {Bytes} bytes")]
    public static partial void ClientLeft(this ILogger logger, Store store, long bytes);

    [LoggerMessage(11, LogLevel.Error, "The archive of {Store} was broken off after {Bytes} bytes: the storage failed: {Reason}")]
    public static partial void ArchiveBroken(this ILogger logger, Store store, long bytes, string reason, Exception? unexpected);

    [LoggerMessage(12, LogLevel.Error, "The record '{Key}' of {Store} cannot be read (after {Bytes} bytes): {Reason}")]
    public static partial void RecordUnreadable(this ILogger logger, Store store, RecordKey key, long bytes, string reason);

    [LoggerMessage(13, LogLevel.Warning, "The archive of {Store} was broken off after {Bytes} bytes: {Reason} A new request gets the new state")]
    public static partial void ArchiveOutdated(this ILogger logger, Store store, long bytes, string reason);

    [LoggerMessage(14, LogLevel.Error, "{Method} {Route} cannot be answered, since the storage failed: {Reason}")]
    public static partial void StorageFailed(this ILogger logger, string method, string route, string reason);

    [LoggerMessage(15, LogLevel.Warning, "Archives are not kept for the next download: {Reason}. Said once")]
    public static partial void ArchivesNotKept(this ILogger logger, string reason);

    [LoggerMessage(17, LogLevel.Debug, "The archive of {Store} is not kept for the next download: {Reason}")]
    public static partial void ArchiveNotKept(this ILogger logger, Store store, string reason);

    [LoggerMessage(16, LogLevel.Warning, "A kept archive was damaged and is made anew")]
    public static partial void KeptArchiveDamaged(this ILogger logger);

    [LoggerMessage(18, LogLevel.Warning, "{Problem}")]
    public static partial void StorageWarning(this ILogger logger, string problem);

    [LoggerMessage(20, LogLevel.Warning,
        "Requests to {Store} are refused with 429, as the service would; --rate-limit off, or a higher number, lifts the limit. Said once")]
    public static partial void FirstRateLimited(this ILogger logger, string store);

    [LoggerMessage(21, LogLevel.Warning,
        "{Most} archives are downloaded at once, and further ones are refused with 503; --max-downloads allows more. Said once")]
    public static partial void FirstDownloadRefused(this ILogger logger, int most);

    [LoggerMessage(30, LogLevel.Warning, "{Path} is left out: it {Reason}")]
    public static partial void FileLeftOut(this ILogger logger, string path, string reason);

    [LoggerMessage(34, LogLevel.Warning, "More is left out of {Folder}; --log-level debug shows all of it")]
    public static partial void MoreLeftOut(this ILogger logger, string folder);

    [LoggerMessage(35, LogLevel.Debug, "{Path} is left out: it {Reason}")]
    public static partial void AnotherFileLeftOut(this ILogger logger, string path, string reason);

    [LoggerMessage(31, LogLevel.Warning, "Two files mean the key '{Key}': {Served}, which is newer and is served, and {Hidden}")]
    public static partial void SameKey(this ILogger logger, string key, string served, string hidden);

    [LoggerMessage(32, LogLevel.Warning, "Two stores have the id {Id}: {Served}, which is served, and {Hidden}")]
    public static partial void SameId(this ILogger logger, string id, string served, string hidden);

    [LoggerMessage(33, LogLevel.Warning, "{Path} cannot be read, and what it describes is served without it: {Reason}")]
    public static partial void UnreadableMetadata(this ILogger logger, string path, string reason);

    [LoggerMessage(36, LogLevel.Warning, "{Files}")]
    public static partial void NoRecords(this ILogger logger, string files);

    [LoggerMessage(38, LogLevel.Warning, "{Files}. The first is {Path}")]
    public static partial void FilesUnreadable(this ILogger logger, UnreadableGroup files, string path);

    [LoggerMessage(40, LogLevel.Information, "The store {Store} has no name and was not used for long enough: it is deleted")]
    public static partial void StoreExpired(this ILogger logger, Store store);

    [LoggerMessage(42, LogLevel.Error, "The stores could not be brought back by a reset")]
    public static partial void ResetFailed(this ILogger logger, Exception cause);

    [LoggerMessage(41, LogLevel.Error, "Stores without a name could not be looked through for those that are not used")]
    public static partial void ExpiryFailed(this ILogger logger, Exception cause);

    [LoggerMessage(50, LogLevel.Information, "A request goes wrong by a rule of /_emulator/faults: {Fault}")]
    public static partial void FaultApplied(this ILogger logger, string fault);
}

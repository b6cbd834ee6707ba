
namespace KvsRecords.Server.Responses;

/// <summary>A store at a glance.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Username">Whose it is.</param>
/// <param name="GeneralAccess">Who else may read.</param>
/// <param name="SharedWith">The usernames of those who may read whatever the general access says; the id of one who is not known.</param>
/// <param name="Records">How many records it has; null where they cannot be counted, since its folder cannot be listed.</param>
/// <param name="StorageBytes">The sum of the lengths of their values; null as above.</param>
/// <param name="NoRecords">The files of a live folder that are no records.</param>
/// <param name="Collections">The ids of its schema's collections.</param>
/// <param name="Url">Its URL.</param>
internal sealed record StoreOverviewAnswer(
    string Id,
    string? Name,
    string Username,
    string GeneralAccess,
    IReadOnlyList<string> SharedWith,
    long? Records,
    long? StorageBytes,
    IReadOnlyList<NoRecordsAnswer> NoRecords,
    IReadOnlyCollection<string> Collections,
    string Url);

/// <summary>The files of a live folder that are no records for one reason.</summary>
/// <param name="Reason">Why they are none, as one word.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Examples">The names of the first of them.</param>
internal sealed record NoRecordsAnswer(string Reason, long Count, IReadOnlyList<string> Examples);

/// <summary>All stores of all users.</summary>
internal sealed record StoreOverviewListAnswer(int Count, IReadOnlyList<StoreOverviewAnswer> Items);

/// <summary>The users with whom a store is shared.</summary>
/// <param name="SharedWith">Their usernames; the id of one who is not known.</param>
internal sealed record SharingAnswer(IReadOnlyList<string> SharedWith);

/// <summary>The sizes of a store's records by the beginning of their keys.</summary>
/// <param name="Records">How many records have the prefix that was asked for.</param>
/// <param name="StorageBytes">The sum of the lengths of their values.</param>
/// <param name="Items">The largest parts, the largest first; what they lack of the sums are smaller ones.</param>
internal sealed record SizesByPrefixAnswer(long Records, long StorageBytes, IReadOnlyList<SizeOfPartAnswer> Items);

/// <summary>The records whose keys begin with the same part.</summary>
/// <param name="Name">What their keys begin with, or the only key.</param>
/// <param name="IsKey">Whether it is a key, and not the beginning of keys.</param>
/// <param name="Records">How many they are.</param>
/// <param name="StorageBytes">The sum of the lengths of their values.</param>
internal sealed record SizeOfPartAnswer(string Name, bool IsKey, long Records, long StorageBytes);

/// <summary>The sizes of a store's records by content type.</summary>
/// <param name="Items">The types, the largest first.</param>
internal sealed record SizesByTypeAnswer(IReadOnlyList<SizeOfTypeAnswer> Items);

/// <summary>The records of one content type.</summary>
/// <param name="ContentType">The type without its parameters; null where the storage knows none.</param>
/// <param name="Records">How many they are.</param>
/// <param name="StorageBytes">The sum of the lengths of their values.</param>
internal sealed record SizeOfTypeAnswer(string? ContentType, long Records, long StorageBytes);

using KvsRecords.Storage;

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

/// <summary>The sizes of some of a store's records.</summary>
/// <param name="Records">How many there are.</param>
/// <param name="StorageBytes">The sum of the lengths of their values.</param>
/// <param name="Items">The largest groups of them, the largest first; what they lack of the sums are smaller ones.</param>
internal sealed record SizesAnswer(long Records, long StorageBytes, IReadOnlyList<SizeOfSome> Items);

namespace KvsRecords.Server.Answers;

/// <summary>A store at a glance.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Username">Whose it is.</param>
/// <param name="GeneralAccess">Who else may read.</param>
/// <param name="Records">How many records it has; null where the storage does not count them.</param>
/// <param name="StorageBytes">The sum of the lengths of their values; null as above.</param>
/// <param name="Collections">The ids of its schema's collections.</param>
/// <param name="Url">Its URL.</param>
internal sealed record StoreOverviewAnswer(
    string Id, string? Name, string Username, string GeneralAccess, long? Records, long? StorageBytes, IReadOnlyCollection<string> Collections, string Url);

/// <summary>All stores of all users.</summary>
internal sealed record StoreOverviewListAnswer(int Count, IReadOnlyList<StoreOverviewAnswer> Items);

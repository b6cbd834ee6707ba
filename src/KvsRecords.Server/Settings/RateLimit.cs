namespace KvsRecords.Server.Settings;

/// <summary>How many requests may come.</summary>
/// <param name="PerStoreAndSecond">For one store, in a second; null: as many as want to, and no limit of any other kind either.</param>
/// <param name="RecordsPerStoreAndSecond">The same for single records, which are counted by themselves.</param>
internal sealed record RateLimit(int? PerStoreAndSecond, int? RecordsPerStoreAndSecond)
{
    /// <summary>The service's figures: 60 for everything but single records, 200 for those. Source: the introduction of its API reference.</summary>
    public static readonly RateLimit OfTheService = new(60, 200);

    /// <summary>No limit.</summary>
    public static readonly RateLimit Off = new(null, null);

    /// <summary>The service's figure for one user, or one address without a user, in a minute. Source: as above.</summary>
    public const int GlobalPerMinute = 250_000;
}

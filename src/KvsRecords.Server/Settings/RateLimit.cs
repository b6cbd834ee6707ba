namespace KvsRecords.Server.Settings;

/// <summary>How many requests may come.</summary>
/// <param name="PerStoreAndSecond">For one store, in a second; null: as many as want to, and no limit of any other kind either.</param>
internal sealed record RateLimit(int? PerStoreAndSecond)
{
    /// <summary>The service's figure for everything but single records. Source: the introduction of its API reference.</summary>
    public const int OfTheService = 60;

    /// <summary>The service's figure for one user, or one address without a user, in a minute. Source: as above.</summary>
    public const int GlobalPerMinute = 250_000;
}

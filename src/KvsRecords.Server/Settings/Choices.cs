namespace KvsRecords.Server.Settings;

/// <summary>The place of the stores that are served.</summary>
internal abstract record StorageChoice
{
    private StorageChoice()
    {
    }

    /// <summary>A crawler's folder, served as it is at the moment of a request, and never written to. It was readable at the start.</summary>
    public sealed record LiveFolder(string Folder) : StorageChoice;

    /// <summary>Managed stores in this folder, which need not be there yet.</summary>
    public sealed record Data(string Folder) : StorageChoice;

    /// <summary>Managed stores in a temporary folder, which is removed when the program ends.</summary>
    public sealed record Ephemeral : StorageChoice;

    /// <summary>Managed stores in a database, which other servers may use at the same time.</summary>
    public sealed record Database(DatabaseConnection Connection) : StorageChoice;
}

/// <summary>The number of requests that are served.</summary>
/// <param name="PerStoreAndSecond">For one store, in a second; null: any number, and no limit of any other kind either.</param>
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

namespace KvsRecords.Server.Responses;

/// <summary>The user whose token came, with the members that the API gives it.</summary>
internal sealed record UserAnswer
{
    // Those that the API's documentation names, each of which must be there.
    private static readonly string[] Features =
    [
        "ACTORS", "STORAGE", "SCHEDULER", "PROXY", "PROXY_EXTERNAL_ACCESS", "PROXY_RESIDENTIAL", "PROXY_SERPS", "WEBHOOKS",
        "ACTORS_PUBLIC_ALL", "ACTORS_PUBLIC_DEVELOPER",
    ];

    public required string Id { get; init; }

    public required string Username { get; init; }

    /// <summary>Of a domain that has no mailboxes (RFC 2606). MUST be an address by its form, since clients check that.</summary>
    public string Email => $"{Username.Replace('.', '-')}@example.com";

    public ProfileAnswer Profile => new(Username);

    public ProxyAnswer Proxy { get; } = new();

    public PlanAnswer Plan { get; } = new();

    public IReadOnlyDictionary<string, FeatureAnswer> EffectivePlatformFeatures { get; } =
        Features.ToDictionary(feature => feature, _ => new FeatureAnswer());

    public DateTimeOffset CreatedAt { get; } = DateTimeOffset.UnixEpoch;

    public bool IsPaying { get; }
}

/// <summary>The part of a user that is public.</summary>
internal sealed record PublicUserAnswer(string Id, string Username, ProfileAnswer Profile);

/// <summary>A user's own words about themselves.</summary>
internal sealed record ProfileAnswer(string Name);

/// <summary>
/// The user's proxies: there are none. The password MUST NOT be empty: the Apify SDK for Python takes that for a missing one.
/// </summary>
internal sealed record ProxyAnswer
{
    public string Password { get; } = "there-are-no-proxies-here";

    public IReadOnlyList<string> Groups { get; } = [];
}

/// <summary>The user's plan, with the one member that the API's documentation requires.</summary>
internal sealed record PlanAnswer
{
    public IReadOnlyDictionary<string, int> AvailableProxyGroups { get; } = new Dictionary<string, int>();
}

/// <summary>A feature of the platform that the user may use.</summary>
internal sealed record FeatureAnswer
{
    public bool IsEnabled { get; } = true;

    public string? DisabledReason { get; }

    public string? DisabledReasonType { get; }

    public bool IsTrial { get; }

    public DateTimeOffset? TrialExpirationAt { get; }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace KvsRecords.Server.Responses;

/// <summary>A store, with the members that the API gives it.</summary>
internal sealed record StoreAnswer
{
    public required string Id { get; init; }

    public required string? Name { get; init; }

    public required string? Title { get; init; }

    public required string UserId { get; init; }

    public required string Username { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ModifiedAt { get; init; }

    public required DateTimeOffset AccessedAt { get; init; }

    public string? ActId { get; init; }

    public string? ActRunId { get; init; }

    public required string ConsoleUrl { get; init; }

    public required string KeysPublicUrl { get; init; }

    public required string RecordsPublicUrl { get; init; }

    public required JsonElement? Schema { get; init; }

    public required string? UrlSigningSecretKey { get; init; }

    public required string GeneralAccess { get; init; }

    public required StatsAnswer Stats { get; init; }
}

/// <summary>
/// The counts of a store's reads and writes, and its size. Values are kept in one place only, so both sums are the same; but
/// <c>s3StorageBytes</c> MUST be left out where it would be 0: the Apify CLI cannot print that, and then lists no store at all.
/// </summary>
internal sealed record StatsAnswer(
    long ReadCount,
    long WriteCount,
    long DeleteCount,
    long ListCount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long S3StorageBytes,
    long StorageBytes);

/// <summary>A page of a user's stores.</summary>
internal sealed record StoreListAnswer(
    int Total, int Offset, int Limit, bool Desc, int Count, bool Unnamed, IReadOnlyList<StoreAnswer> Items);

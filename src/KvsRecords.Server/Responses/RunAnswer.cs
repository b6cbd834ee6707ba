namespace KvsRecords.Server.Responses;

/// <summary>A run as it has been declared.</summary>
internal sealed record RunAnswer(
    string Id, string? ActId, string? ActorTaskId, string Status, string Origin, DateTimeOffset StartedAt, string DefaultKeyValueStoreId);

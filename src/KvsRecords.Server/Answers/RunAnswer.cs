namespace KvsRecords.Server.Answers;

/// <summary>A run that somebody has declared, with the members that the API gives it.</summary>
internal sealed record RunAnswer(
    string Id, string? ActId, string? ActorTaskId, string Status, string Origin, DateTimeOffset StartedAt, string DefaultKeyValueStoreId);

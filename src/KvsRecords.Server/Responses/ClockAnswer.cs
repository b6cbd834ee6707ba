namespace KvsRecords.Server.Responses;

/// <summary>What the server takes for the present, and why.</summary>
/// <param name="Now">The present.</param>
/// <param name="Instant">The instant at which time stands still; null: it passes.</param>
/// <param name="OffsetSecs">How many seconds it is ahead of the real time.</param>
internal sealed record ClockAnswer(DateTimeOffset Now, DateTimeOffset? Instant, double OffsetSecs);

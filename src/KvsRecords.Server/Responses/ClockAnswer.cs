namespace KvsRecords.Server.Responses;

/// <summary>The server's time, and how it is set.</summary>
/// <param name="Now">The present.</param>
/// <param name="Instant">The instant at which time stands still; null: it passes.</param>
/// <param name="OffsetSecs">The number of seconds by which it is ahead of real time.</param>
internal sealed record ClockAnswer(DateTimeOffset Now, DateTimeOffset? Instant, double OffsetSecs);

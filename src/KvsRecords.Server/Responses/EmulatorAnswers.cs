using KvsRecords.Emulator;

namespace KvsRecords.Server.Responses;

/// <summary>A run as it has been declared.</summary>
internal sealed record RunAnswer(
    string Id, string? ActId, string? ActorTaskId, string Status, string Origin, DateTimeOffset StartedAt, string DefaultKeyValueStoreId);

/// <summary>The server's time, and how it is set.</summary>
/// <param name="Now">The present.</param>
/// <param name="Instant">The instant at which time stands still; null: it passes.</param>
/// <param name="OffsetSecs">The number of seconds by which it is ahead of real time.</param>
internal sealed record ClockAnswer(DateTimeOffset Now, DateTimeOffset? Instant, double OffsetSecs);

/// <summary>The health of the server.</summary>
/// <param name="Status"><c>Healthy</c> or <c>Unhealthy</c>.</param>
/// <param name="Warnings">The things to mend although requests can be served, a sentence each.</param>
/// <param name="IsReadOnly">Whether nothing can be written, since a live folder is served.</param>
/// <param name="Emulator">
/// Whether this caller may use the other URLs below <c>/_emulator</c>: <c>open</c>; <c>token</c>: with the right token; <c>closed</c>: only
/// from the server's own machine; <c>off</c>.
/// </param>
internal sealed record HealthAnswer(string Status, IReadOnlyList<string> Warnings, bool IsReadOnly, string Emulator);

/// <summary>The requests that came, the oldest first.</summary>
/// <param name="Count">How many are in the list.</param>
/// <param name="Dropped">How many older ones are not kept any more.</param>
/// <param name="Items">The requests.</param>
internal sealed record RequestListAnswer(int Count, long Dropped, IReadOnlyList<ReceivedRequest> Items);

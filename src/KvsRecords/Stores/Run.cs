using System.Globalization;

namespace KvsRecords.Stores;

/// <summary>
/// A run of an Actor, as far as a key-value store is concerned: a client declares that there was one, and the API's shortcuts
/// (<c>actor-runs/{runId}/key-value-store</c> and those of the last run of an Actor or a task) lead to its store.
/// </summary>
/// <param name="Id">The id in the URL, compared exactly.</param>
/// <param name="Store">Its default store: an id, <c>username~store-name</c>, or the name of a store of the first user.</param>
/// <param name="ActorId">The Actor, by id or <c>username~actor-name</c>; null: no Actor leads to it.</param>
/// <param name="ActorTaskId">The task, in the same way; null: no task leads to it.</param>
/// <param name="Status">How it stands or ended, such as <c>SUCCEEDED</c>.</param>
/// <param name="Origin">What started it, such as <c>API</c>.</param>
/// <param name="StartedAt">When; of several runs the last one is the latest.</param>
public sealed record Run(
    string Id, string Store, string? ActorId, string? ActorTaskId, string Status, string Origin, DateTimeOffset StartedAt)
{
    /// <summary>The status of a run that is declared without one.</summary>
    public const string DefaultStatus = "SUCCEEDED";

    /// <summary>The origin of a run that is declared without one.</summary>
    public const string DefaultOrigin = "API";

    /// <summary>Every status that a run can have (<c>ActorJobStatus</c> in the API's documentation).</summary>
    public static IReadOnlyList<string> Statuses { get; } =
        ["READY", "RUNNING", "SUCCEEDED", "FAILED", "TIMING-OUT", "TIMED-OUT", "ABORTING", "ABORTED"];

    /// <summary>Every origin that a run can have (<c>RunOrigin</c> in the API's documentation).</summary>
    public static IReadOnlyList<string> Origins { get; } =
        ["DEVELOPMENT", "WEB", "API", "SCHEDULER", "TEST", "WEBHOOK", "ACTOR", "CLI", "CI", "STANDBY", "MCP"];

    /// <summary>True when the run has ended, in whatever way.</summary>
    public bool IsFinished => Status is "SUCCEEDED" or "FAILED" or "TIMED-OUT" or "ABORTED";

    /// <summary>MUST read a time in ISO 8601; one without a zone is UTC.</summary>
    public static bool TryParseTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}

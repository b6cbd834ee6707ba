namespace KvsRecords.Server.Responses;

/// <summary>
/// A run, with the members that the API gives it. There are no Actors here: what has not been declared of the run is made up, the same
/// each time, and its dataset and request queue lead nowhere.
/// </summary>
internal sealed record ActorRunAnswer
{
    public required string Id { get; init; }

    public required string ActId { get; init; }

    public required string UserId { get; init; }

    public required string? ActorTaskId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    public required string Status { get; init; }

    public required RunMetaAnswer Meta { get; init; }

    public RunStatsAnswer Stats { get; } = new();

    public RunOptionsAnswer Options { get; } = new();

    public required string BuildId { get; init; }

    public required string DefaultKeyValueStoreId { get; init; }

    public required string DefaultDatasetId { get; init; }

    public required string DefaultRequestQueueId { get; init; }

    public required string GeneralAccess { get; init; }
}

/// <summary>The origin of a run.</summary>
internal sealed record RunMetaAnswer(string Origin);

/// <summary>The resources that a run used: none are known here.</summary>
internal sealed record RunStatsAnswer
{
    public int InputBodyLen { get; }

    public int MigrationCount { get; }

    public int RebootCount { get; }

    public int RestartCount { get; }

    public int ResurrectCount { get; }

    public long DurationMillis { get; }

    public double RunTimeSecs { get; }

    public double ComputeUnits { get; }
}

/// <summary>The options that a run was started with: the service's defaults. A timeout of 0 is none.</summary>
internal sealed record RunOptionsAnswer
{
    public string Build { get; } = "latest";

    public int TimeoutSecs { get; }

    public int MemoryMbytes { get; } = 1024;

    public int DiskMbytes { get; } = 2048;
}

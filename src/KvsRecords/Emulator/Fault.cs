namespace KvsRecords.Emulator;

/// <summary>
/// A rule that says which requests go wrong, and how. What is not given MUST restrict nothing, or change nothing. Members are those of
/// the JSON of <c>/_emulator/faults</c>, with the same names, units and rules.
/// </summary>
public sealed record Fault
{
    /// <summary>The method.</summary>
    public string? Method { get; init; }

    /// <summary>The operation, such as <c>getRecord</c> or <c>downloadRecords</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>The store, by its id, its name, or <c>username~name</c>.</summary>
    public string? Store { get; init; }

    /// <summary>The key of the record.</summary>
    public string? Key { get; init; }

    /// <summary>Matches the beginning of the record's key, or of the prefix in the query.</summary>
    public string? Prefix { get; init; }

    /// <summary>The first of the requests that match, counted from 1, to go wrong. Without <see cref="Count"/>, the only one.</summary>
    public int? Nth { get; init; }

    /// <summary>Limits how many requests go wrong.</summary>
    public int? Count { get; init; }

    /// <summary>Sets the probability that a matching request goes wrong, from 0 to 1.</summary>
    public double? Probability { get; init; }

    /// <summary>With the same seed and the same order of requests, the same of them MUST go wrong.</summary>
    public int? Seed { get; init; }

    /// <summary>The status of an error to answer with.</summary>
    public int? Status { get; init; }

    /// <summary>The type of an error to answer with, such as <c>rate-limit-exceeded</c>: the specification's or the live service's.</summary>
    public string? Type { get; init; }

    /// <summary>The error's message, in place of its own.</summary>
    public string? Message { get; init; }

    /// <summary>The error's <c>Retry-After</c>, in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Delays the request before anything else is done, in milliseconds.</summary>
    public int? DelayMs { get; init; }

    /// <summary>Limits how fast the body is sent.</summary>
    public int? BytesPerSecond { get; init; }

    /// <summary>Selects a fault that is more than an error, a delay or a slow body.</summary>
    public FaultEffect? Effect { get; init; }

    /// <summary>Sets how many bytes of the body are sent before the effect.</summary>
    public long? Bytes { get; init; }
}

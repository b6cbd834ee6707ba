namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Which requests go wrong, and how. What is not given restricts nothing, or changes nothing.</summary>
internal sealed record FaultRule
{
    /// <summary>The method, after a <c>?method=</c> has been heeded.</summary>
    public string? Method { get; init; }

    /// <summary>One of <see cref="Endpoints.Operation.Names"/>.</summary>
    public string? Operation { get; init; }

    /// <summary>The store, by its id, its name, or <c>owner~name</c>.</summary>
    public string? Store { get; init; }

    /// <summary>The key of the record.</summary>
    public string? Key { get; init; }

    /// <summary>What the key of the record begins with, or the prefix that is asked for.</summary>
    public string? Prefix { get; init; }

    /// <summary>The first of the requests that match, counted from 1, to go wrong. Without <see cref="Count"/>, the only one.</summary>
    public int? Nth { get; init; }

    /// <summary>How many requests go wrong at most.</summary>
    public int? Count { get; init; }

    /// <summary>How likely each of them goes wrong.</summary>
    public double? Probability { get; init; }

    /// <summary>With the same seed and the same order of requests, the same of them go wrong.</summary>
    public int? Seed { get; init; }

    /// <summary>The status of an error to answer with.</summary>
    public int? Status { get; init; }

    /// <summary>The type of an error to answer with.</summary>
    public string? Type { get; init; }

    /// <summary>The error's message, in place of its own.</summary>
    public string? Message { get; init; }

    /// <summary>The error's <c>Retry-After</c>, in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>How long to wait before anything else is done, in milliseconds.</summary>
    public int? DelayMs { get; init; }

    /// <summary>How fast the body is sent.</summary>
    public int? BytesPerSecond { get; init; }

    /// <summary>What else goes wrong.</summary>
    public FaultEffect? Effect { get; init; }

    /// <summary>How many bytes of the body are sent before that.</summary>
    public long? Bytes { get; init; }

    /// <summary>Whether an error takes the place of the answer.</summary>
    public bool IsError => Status is not null || Type is not null;

    /// <summary>Whether the answer must be there as a whole before it can go out.</summary>
    public bool ChangesAnswer => BytesPerSecond is not null || Effect is not (null or FaultEffect.Expired);

    /// <summary>What it does, as a line of the log says it.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        DelayMs is { } delay ? $"{delay} ms late" : "",
        IsError ? $"{Status} {Type}".Trim() : "",
        BytesPerSecond is { } rate ? $"{rate} B/s" : "",
        Effect is { } effect ? FaultEffectConverter.NameOf(effect) : "",
    }.Where(what => what.Length > 0));
}

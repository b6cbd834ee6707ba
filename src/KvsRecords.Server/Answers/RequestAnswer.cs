namespace KvsRecords.Server.Answers;

/// <summary>A request that came, and what became of it so far. MUST NOT have a secret in it.</summary>
internal sealed record RequestAnswer
{
    /// <summary>One more with each request, since the start of the server.</summary>
    public required long Id { get; init; }

    /// <summary>When it began to come, in real time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>As it was sent, whatever the query says that it stands for.</summary>
    public required string Method { get; init; }

    public required string Path { get; init; }

    public required string Query { get; init; }

    /// <summary>Null: no operation of the API.</summary>
    public string? Operation { get; init; }

    /// <summary>The store as <c>username~name</c>, or its id where it has no name; where there is none, what the URL calls it.</summary>
    public string? Store { get; init; }

    public string? StoreId { get; init; }

    public string? Key { get; init; }

    /// <summary>The name of the user whose token came with it.</summary>
    public string? User { get; init; }

    /// <summary>Null: nothing has been answered yet, or ever.</summary>
    public int? Status { get; init; }

    public string? ErrorType { get; init; }

    public long BytesSent { get; init; }

    /// <summary>Null: it has not ended yet.</summary>
    public double? DurationMillis { get; init; }

    /// <summary>Whether the connection was broken before the end, whatever the status says.</summary>
    public bool BrokenOff { get; init; }
}

/// <summary>The requests that came, the oldest first.</summary>
/// <param name="Count">How many are in the list.</param>
/// <param name="Dropped">How many older ones are not kept any more.</param>
/// <param name="Items">The requests.</param>
internal sealed record RequestListAnswer(int Count, long Dropped, IReadOnlyList<RequestAnswer> Items);

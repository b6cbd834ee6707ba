namespace KvsRecords.Emulator;

/// <summary>A request that came, and how it was answered. MUST NOT hold a token or a signature.</summary>
public sealed record ReceivedRequest
{
    /// <summary>Numbers the requests since the start.</summary>
    public required long Id { get; init; }

    /// <summary>Gives the real time when the request began to arrive.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The method as it was sent, whatever a <c>?method=</c> says that it stands for.</summary>
    public required string Method { get; init; }

    /// <summary>The path of the URL.</summary>
    public required string Path { get; init; }

    /// <summary>The query of the URL, with secrets masked; "" where there is none.</summary>
    public required string Query { get; init; }

    /// <summary>The operation, such as <c>getRecord</c>; null: none of the API's.</summary>
    public string? Operation { get; init; }

    /// <summary>The store as <c>username~name</c>, or its id where it has no name; where there is none, what the URL calls it.</summary>
    public string? Store { get; init; }

    /// <summary>The id of the store; null: there is none.</summary>
    public string? StoreId { get; init; }

    /// <summary>The key of the record; null: it is about no single one.</summary>
    public string? Key { get; init; }

    /// <summary>The name of the user whose token came with it.</summary>
    public string? User { get; init; }

    /// <summary>The status of the answer; null: nothing has been answered yet, or ever.</summary>
    public int? Status { get; init; }

    /// <summary>The type of the error that was answered, or null.</summary>
    public string? ErrorType { get; init; }

    /// <summary>Counts the bytes of the body that were sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Gives the duration of the request; null: it has not ended yet.</summary>
    public double? DurationMillis { get; init; }

    /// <summary>Tells whether the connection was broken before the end, whatever the status says.</summary>
    public bool BrokenOff { get; init; }
}

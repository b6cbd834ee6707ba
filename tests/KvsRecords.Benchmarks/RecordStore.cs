namespace KvsRecords.Benchmarks;

/// <summary>The records of one size that one server keeps, by numbers.</summary>
internal sealed class RecordStore(RecordRequests requests, RecordBodies bodies, int filled)
{
    private long _next = -1;

    public RecordRequests Requests => requests;

    /// <summary>How many records, from 0 on, are there before anything is timed.</summary>
    public int Filled => filled;

    /// <summary>A number that no record has yet.</summary>
    public long NextNumber() => Interlocked.Increment(ref _next);

    public ReadOnlySpan<byte> Body(long number) => bodies.Of(number);

    /// <summary>The key of a number: of neighbours, keys far apart, as those are that are made by hashing URLs.</summary>
    public static string Key(long number) => $"{unchecked((ulong)number * 0x9E37_79B9_7F4A_7C15):x16}";
}

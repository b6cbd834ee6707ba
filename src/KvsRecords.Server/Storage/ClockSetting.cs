namespace KvsRecords.Server.Storage;

/// <summary>The setting of the server's time: an instant that does not pass, or real time with an offset.</summary>
/// <param name="Instant">The instant at which time stands still; null: it passes.</param>
/// <param name="Offset">The time by which it is ahead of the real one; negative: behind.</param>
internal sealed record ClockSetting(DateTimeOffset? Instant, TimeSpan Offset)
{
    public static readonly ClockSetting Real = new(null, TimeSpan.Zero);

    /// <summary>The first instant that can be set: times are kept in milliseconds since it.</summary>
    public static readonly DateTimeOffset Earliest = DateTimeOffset.UnixEpoch;

    /// <summary>
    /// The last instant that can be set: late enough for every test, and far from the last time that .NET has, since things expire after
    /// it.
    /// </summary>
    public static readonly DateTimeOffset Latest = new(2999, 12, 31, 23, 59, 59, 999, TimeSpan.Zero);

    public static ClockSetting At(DateTimeOffset instant) => new(instant, TimeSpan.Zero);

    public static ClockSetting Ahead(TimeSpan offset) => new(null, offset);
}

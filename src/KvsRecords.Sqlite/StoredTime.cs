namespace KvsRecords.Sqlite;

/// <summary>Times as the database has them: milliseconds since 1970.</summary>
internal static class StoredTime
{
    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <exception cref="InvalidDataException">There is no such time.</exception>
    public static DateTimeOffset Read(long milliseconds) => milliseconds >= Earliest && milliseconds <= Latest
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        : throw new InvalidDataException("A time in the database is damaged.");
}

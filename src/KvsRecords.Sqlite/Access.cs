namespace KvsRecords.Sqlite;

/// <summary>How often a store was read so far.</summary>
/// <param name="Reads">How many records were opened one by one.</param>
/// <param name="Lists">How many times they were listed or downloaded.</param>
/// <param name="Last">When last, in milliseconds since 1970, UTC.</param>
internal sealed record Access(long Reads, long Lists, long Last);

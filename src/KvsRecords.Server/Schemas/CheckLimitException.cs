namespace KvsRecords.Server.Schemas;

/// <summary>A value cannot be held against a schema within the limits of time and memory, or a schema is beyond them.</summary>
/// <param name="limit">Which limit, as the rest of a sentence.</param>
internal sealed class CheckLimitException(string limit) : Exception(limit);

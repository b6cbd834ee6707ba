namespace KvsRecords.Server.Schemas;

/// <summary>
/// A refusal of a value that cannot be checked against a schema within the limits of time and memory, or of a schema beyond them.
/// </summary>
/// <param name="limit">Which limit, as the rest of a sentence.</param>
internal sealed class CheckLimitException(string limit) : Exception(limit);

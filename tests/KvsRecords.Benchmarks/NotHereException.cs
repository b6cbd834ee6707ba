namespace KvsRecords.Benchmarks;

/// <summary>A contender cannot take part on this machine; the others still can.</summary>
internal sealed class NotHereException(string message) : Exception(message);

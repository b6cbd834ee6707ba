using KvsRecords.Archive;

namespace KvsRecords.Sqlite;

/// <summary>A version of a record, as its row has it.</summary>
/// <param name="Born">The store's revision with which it came.</param>
/// <param name="Entry">The facts that the headers of its entry state.</param>
/// <param name="Modified">When the value was last changed, in milliseconds since 1970, UTC.</param>
/// <param name="ContentType">The content type, or null.</param>
/// <param name="File">The number of the file that holds the compressed bytes; null when <paramref name="Body"/> does.</param>
/// <param name="Body">The compressed bytes, or null.</param>
internal sealed record RecordVersion(
    long Born, CompressedEntry Entry, long Modified, string? ContentType, long? File, byte[]? Body);

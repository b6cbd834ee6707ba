namespace KvsRecords.Storage;

/// <summary>The state of a store's records under a filter, as a snapshot shows it.</summary>
/// <param name="Version">
/// A name that no other state has, had or will have, also after a restart: letters, digits and dashes. Null: a record was changed so
/// recently that it could change again without another version.
/// </param>
/// <param name="LastModified">When a record, or which records there are, was last changed.</param>
/// <param name="ValueBytes">The sum of the lengths of the values.</param>
public sealed record SnapshotState(string? Version, DateTimeOffset LastModified, long ValueBytes);

/// <summary>The record of a snapshot with a version is not the one of that version any more: an archive of both would be a mixture.</summary>
/// <param name="key">The key of the record.</param>
public sealed class RecordChangedException(string key) : IOException($"The record '{key}' was changed or deleted while the archive was made.");

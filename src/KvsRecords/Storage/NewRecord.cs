using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>What is said of a record that is written.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ContentType">Its content type, kept exactly; null: nobody said.</param>
/// <param name="LastModified">When its value was last changed, kept to the millisecond; null: now.</param>
public sealed record NewRecord(RecordKey Key, string? ContentType = null, DateTimeOffset? LastModified = null);

using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>A record, as it is listed.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">The length of its value, in bytes.</param>
public readonly record struct RecordInfo(RecordKey Key, long Length);

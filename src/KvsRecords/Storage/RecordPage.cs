using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>Some of a store's records, as they are listed.</summary>
/// <param name="Records">The records, in their order.</param>
/// <param name="IsTruncated">Whether there are more after the last one.</param>
public sealed record RecordPage(IReadOnlyList<RecordInfo> Records, bool IsTruncated)
{
    /// <summary>A page without a record, and none after it.</summary>
    public static RecordPage Empty { get; } = new([], IsTruncated: false);
}

/// <summary>A record, as it is listed.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">The length of its value, in bytes.</param>
public readonly record struct RecordInfo(RecordKey Key, long Length);

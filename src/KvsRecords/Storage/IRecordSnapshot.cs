using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>The records of a store that a filter lets through, as they were when the snapshot was opened.</summary>
public interface IRecordSnapshot : IAsyncDisposable
{
    /// <summary>
    /// The keys, in the order of <see cref="RecordKey.CompareTo"/>, each once. MUST NOT hold any body; MUST leave out keys that
    /// <see cref="RecordKey.WhyUnsafeToUnpack"/> refuses.
    /// </summary>
    IAsyncEnumerable<RecordKey> ReadKeysAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Opens the content of one of <see cref="ReadKeysAsync"/>'s keys. MUST be null when the record has been deleted meanwhile;
    /// MUST throw when it is there and cannot be read, since an archive without it would look whole.
    /// </summary>
    ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken);
}

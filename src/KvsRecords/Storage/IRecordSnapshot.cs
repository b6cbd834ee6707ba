using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>The records of a store that a filter lets through: the keys that there were when the snapshot was opened.</summary>
public interface IRecordSnapshot : IAsyncDisposable
{
    /// <summary>
    /// The keys, in the order of <see cref="RecordKey.CompareTo"/>, each once. MUST NOT hold any body; MUST leave out keys that
    /// <see cref="RecordKey.WhyUnsafeToUnpack"/> refuses.
    /// </summary>
    IAsyncEnumerable<RecordKey> ReadKeysAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Reads the state that the snapshot shows. Once it has been read and has a version, <see cref="OpenAsync"/> MUST give the records of
    /// that version and no others.
    /// </summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Opens the content of one of <see cref="ReadKeysAsync"/>'s keys. A source that keeps what was there MUST give that; any other
    /// MUST give what is there now, and null when the record has been deleted meanwhile. It MUST throw when the record is there and
    /// cannot be read, since an archive without it would look whole.
    /// </summary>
    /// <exception cref="RecordChangedException">It is not the record of the version, which was read; its bytes MUST NOT all be given before.</exception>
    ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken);
}

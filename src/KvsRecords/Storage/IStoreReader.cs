using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>
/// A reader of stores. Every backend keeps these promises; one contract suite runs against them all. Faults of the medium are
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>, and never look like absence.
/// </summary>
public interface IStoreReader
{
    /// <summary>
    /// MUST throw when stores cannot be read at all or, where the storage is written to, when nothing more can be written; MUST cost the
    /// same however many there are.
    /// </summary>
    ValueTask CheckAsync(CancellationToken cancellationToken);

    /// <summary>
    /// All stores, always in the same order: that in which they were made, where the storage knows it. MUST include a store made just
    /// before the call.
    /// </summary>
    ValueTask<IReadOnlyList<Store>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The store with this id, compared exactly. MUST be null when there is none, and MUST NOT throw for any text.</summary>
    ValueTask<Store?> FindByIdAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Finds the store of this owner by its name, compared without case; where names differ only in case, the one written exactly so. MUST
    /// be null when there is none, and MUST NOT throw for any text.
    /// </summary>
    ValueTask<Store?> FindByNameAsync(User owner, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a store's records as they are now. MUST be an empty snapshot when the store is deleted between finding and opening.
    /// </summary>
    ValueTask<IRecordSnapshot> OpenSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Lists the next records of a store that a filter lets through, in the order of <see cref="RecordKey.CompareTo"/>. MUST leave out keys
    /// that <see cref="RecordKey.WhyUnsafeToUnpack"/> refuses; MUST be an empty page when the store is deleted meanwhile.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="filter">The records that are asked for.</param>
    /// <param name="after">The key after which the page begins, whether or not there is a record of that key; well-formed text. Null: the first.</param>
    /// <param name="limit">The most records of the page; more than 0.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<RecordPage> ListRecordsAsync(
        Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a record as it is now. MUST know its content type if it was ever given; MUST be null when there is no such record, for
    /// any text, and MUST throw when it is there and cannot be read.
    /// </summary>
    ValueTask<RecordContent?> OpenRecordAsync(Store store, RecordKey key, CancellationToken cancellationToken);
}

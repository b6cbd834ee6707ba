using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Stores whose lists and archives are as they were before the last write, as those of a replica that lags behind.</summary>
internal sealed class StaleStores(IPackedStoreReader stores, LastWrites lastWrites) : IPackedStoreReader
{
    public ValueTask CheckAsync(CancellationToken cancellationToken) => stores.CheckAsync(cancellationToken);

    public ValueTask<IReadOnlyList<Store>> ListAsync(CancellationToken cancellationToken) => stores.ListAsync(cancellationToken);

    public ValueTask<Store?> FindByIdAsync(string id, CancellationToken cancellationToken) => stores.FindByIdAsync(id, cancellationToken);

    public ValueTask<Store?> FindByNameAsync(User owner, string name, CancellationToken cancellationToken) =>
        stores.FindByNameAsync(owner, name, cancellationToken);

    public ValueTask<RecordContent?> OpenRecordAsync(Store store, RecordKey key, CancellationToken cancellationToken) =>
        stores.OpenRecordAsync(store, key, cancellationToken);

    public IPackedSnapshot Reopen(IPackedSnapshot snapshot, RecordFilter filter) => stores.Reopen(snapshot, filter);

    public async ValueTask<IRecordSnapshot> OpenSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken) =>
        lastWrites.Open(store, filter) ?? await stores.OpenSnapshotAsync(store, filter, cancellationToken);

    public async ValueTask<IPackedSnapshot?> OpenPackedSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken) =>
        lastWrites.Open(store, filter) ?? await stores.OpenPackedSnapshotAsync(store, filter, cancellationToken);

    public async ValueTask<RecordPage> ListRecordsAsync(
        Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken)
    {
        await using var snapshot = lastWrites.Open(store, filter);
        if (snapshot is null)
            return await stores.ListRecordsAsync(store, filter, after, limit, cancellationToken);

        var page = new List<RecordInfo>();
        await foreach (var key in snapshot.ReadKeysAsync(cancellationToken))
        {
            if (after is { } last && key <= last)
                continue;
            if (page.Count == limit)
                return new RecordPage(page, IsTruncated: true);

            await using var content = await snapshot.OpenAsync(key, cancellationToken);
            page.Add(new RecordInfo(key, content!.Length));
        }

        return new RecordPage(page, IsTruncated: false);
    }
}

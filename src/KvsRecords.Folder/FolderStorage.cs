using System.Text;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>
/// A crawler's <c>storage</c> folder, read live: whatever is in it at the moment of a request is served, and nothing is ever
/// written to it. Sources: the layouts of Crawlee for JavaScript and Python and of @apify/storage-local.
/// </summary>
public sealed class FolderStorage : IStoreReader, IStoreCounter, IStoreSizes
{
    private readonly string _storage;
    private readonly IFolderEvents _events;
    private readonly InputKeys _inputs;
    private readonly TimeProvider _clock;
    private readonly StoreFolders _folders;
    private readonly StoreListings _listings;

    /// <param name="storage">The folder that holds <c>key_value_stores</c>, or that one itself.</param>
    /// <param name="declared">The declarations of stores.</param>
    /// <param name="events">Hears of files that do not become records.</param>
    /// <param name="inputKey">The key of the input beside <c>INPUT</c> and <c>__CLI_INPUT</c>, or null.</param>
    /// <param name="clock">The clock that stamps the files; null: the system's.</param>
    public FolderStorage(string storage, DeclaredStores declared, IFolderEvents events, string? inputKey = null, TimeProvider? clock = null)
    {
        (_storage, _events, _inputs, _clock) = (storage, events, new InputKeys(inputKey), clock ?? TimeProvider.System);
        _folders = new StoreFolders(storage, declared, events);
        _listings = new StoreListings(List, _clock);
    }

    /// <summary>MUST throw when the stores of a folder cannot be listed; a folder without any (yet) is as good as another.</summary>
    /// <exception cref="IOException">They cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not.</exception>
    public static void CheckReadable(string storage)
    {
        _ = Directory.EnumerateFileSystemEntries(storage).Any();
        var root = StorageRoot.Locate(storage);
        if (Directory.Exists(root))
            _ = Directory.EnumerateDirectories(root).Any();
    }

    /// <inheritdoc/>
    public ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        CheckReadable(_storage);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Store>> ListAsync(CancellationToken cancellationToken) =>
        new([.. _folders.All().OrderBy(store => store.CreatedAt).ThenBy(store => store.Location, StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public ValueTask<Store?> FindByIdAsync(string id, CancellationToken cancellationToken)
    {
        var found = _folders.All().Where(store => store.Id == id).Take(2).ToList();
        if (found.Count == 2)
            _events.SameId(id, found[0].Location, found[1].Location);
        return new(found.FirstOrDefault());
    }

    /// <inheritdoc/>
    public ValueTask<Store?> FindByNameAsync(User owner, string name, CancellationToken cancellationToken)
    {
        // The folder's own name finds a store without a look at the metadata of all the others.
        var found = _folders.Called(folder => folder == name).FirstOrDefault(IsOwned)
            ?? _folders.All().Where(IsOwned).Where(store => store.IsCalled(name))
                .OrderBy(store => store.Name == name ? 0 : StoreName.AreSame(store.Label, name) ? 1 : 2)
                .FirstOrDefault();
        return new(found);

        bool IsOwned(Store store) => store.Owner.Id == owner.Id;
    }

    /// <inheritdoc/>
    public async ValueTask<IRecordSnapshot> OpenSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken)
    {
        var files = FilesOf(store);
        return new FolderSnapshot(files, await _listings.GetAsync(files, cancellationToken), filter, _events, _clock);
    }

    /// <inheritdoc/>
    public async ValueTask<RecordPage> ListRecordsAsync(
        Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken)
    {
        var files = FilesOf(store);
        var snapshot = new FolderSnapshot(files, await _listings.GetAsync(files, cancellationToken), filter, _events, _clock);
        var page = new List<RecordInfo>();
        foreach (var record in snapshot.Matching(after))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (snapshot.LengthOf(record) is not { } length)
                continue;
            if (page.Count == limit)
                return new RecordPage(page, IsTruncated: true);
            page.Add(new RecordInfo(record.Key, length));
        }

        return new RecordPage(page, IsTruncated: false);
    }

    /// <inheritdoc/>
    public async ValueTask<RecordContent?> OpenRecordAsync(Store store, RecordKey key, CancellationToken cancellationToken)
    {
        var files = FilesOf(store);
        var listing = await _listings.GetAsync(files, cancellationToken);

        // Writing in place does not touch the folder.
        if (listing.Find(key)?.Newest(files).Sidecar is { Content: not null } sidecar && files.StatusOf(sidecar.FileName, out _)?.Stamp != sidecar.Stamp)
        {
            _listings.Forget(files, listing);
            listing = await _listings.GetAsync(files, cancellationToken);
        }

        return await new FolderSnapshot(files, listing, RecordFilter.Everything, _events, _clock).OpenAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<StoreCount> CountAsync(Store store, CancellationToken cancellationToken)
    {
        var files = FilesOf(store);
        var listing = await _listings.GetAsync(files, cancellationToken);
        var noRecords = new NoRecords(listing.NoRecords);
        var (records, bytes) = (0L, 0L);
        foreach (var record in listing.Records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = record.Newest(files).FileName;
            if (files.StatusOf(file, out var whyNot) is { } status)
                (records, bytes) = (records + 1, bytes + status.Stamp.Length);
            else if (whyNot is not null)
                noRecords.Add(NoRecordReason.NotRegular, file);
        }

        return new StoreCount(records, bytes, noRecords.ToList());
    }

    /// <inheritdoc/>
    public async ValueTask<SizesByPrefix> SumByPrefixAsync(Store store, string prefix, CancellationToken cancellationToken)
    {
        var sizes = new SizesByPrefix(prefix);
        await SumAsync(store, new RecordFilter(prefix), (record, length) => sizes.Add(Encoding.UTF8.GetBytes(record.Key.Text), length), cancellationToken);
        return sizes;
    }

    /// <inheritdoc/>
    public async ValueTask<SizesByType> SumByTypeAsync(Store store, CancellationToken cancellationToken)
    {
        var sizes = new SizesByType();
        await SumAsync(store, RecordFilter.Everything, (record, length) => sizes.Add(record.ContentType, 1, length), cancellationToken);
        return sizes;
    }

    private async ValueTask SumAsync(Store store, RecordFilter filter, Action<RecordFile, long> add, CancellationToken cancellationToken)
    {
        var files = FilesOf(store);
        var snapshot = new FolderSnapshot(files, await _listings.GetAsync(files, cancellationToken), filter, _events, _clock);
        foreach (var record in snapshot.Matching(after: null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (snapshot.LengthOf(record) is { } length)
                add(record.Newest(files), length);
        }
    }

    private StoreFiles FilesOf(Store store) => new(store, _storage);

    private StoreListing List(StoreFiles files, StoreListing? before)
    {
        var listing = StoreListing.Read(files, _inputs, before, _events);
        if (listing.NoRecords.Count > 0)
            _events.NoRecords(files.Store, listing.NoRecords);
        return listing;
    }
}

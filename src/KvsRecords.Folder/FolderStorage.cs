using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>
/// A crawler's <c>storage</c> folder, read live: whatever is in it at the moment of a request is served, and nothing is ever
/// written to it. Sources: the layouts of Crawlee for JavaScript and Python and of @apify/storage-local.
/// </summary>
/// <param name="storage">The folder that holds <c>key_value_stores</c>, or that one itself.</param>
/// <param name="declared">What a person has said of the stores.</param>
/// <param name="events">Who hears of files that do not become records.</param>
public sealed class FolderStorage(string storage, DeclaredStores declared, IFolderEvents events) : IStoreReader
{
    private readonly StoreFolders _folders = new(storage, declared, events);

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
        CheckReadable(storage);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Store>> ListAsync(CancellationToken cancellationToken) => new([.. _folders.All()]);

    /// <inheritdoc/>
    public ValueTask<Store?> FindByIdAsync(string id, CancellationToken cancellationToken)
    {
        var found = _folders.All().Where(store => store.Id == id).Take(2).ToList();
        if (found.Count == 2)
            events.SameId(id, found[0].Location, found[1].Location);
        return new(found.FirstOrDefault());
    }

    /// <inheritdoc/>
    public ValueTask<Store?> FindByNameAsync(User owner, string name, CancellationToken cancellationToken)
    {
        // The folder's own name finds a store without a look at the metadata of all the others.
        var found = _folders.Called(folder => folder == name).FirstOrDefault(IsOwned)
            ?? _folders.All().Where(IsOwned).Where(store => SameName(store.Label, name) || SameName(store.Name, name))
                .OrderBy(store => store.Name == name ? 0 : SameName(store.Label, name) ? 1 : 2)
                .FirstOrDefault();
        return new(found);

        bool IsOwned(Store store) => store.Owner.Id == owner.Id;
    }

    /// <inheritdoc/>
    public ValueTask<IRecordSnapshot> OpenSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken)
    {
        try
        {
            var files = FolderListing.Read(store.Location, storage, filter, events);
            return new(new FolderSnapshot(store.Location, storage, files, events));
        }
        catch (DirectoryNotFoundException)
        {
            return new(new FolderSnapshot(store.Location, storage, [], events));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<RecordPage> ListRecordsAsync(
        Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken)
    {
        await using var snapshot = await OpenSnapshotAsync(store, filter, cancellationToken);
        var records = new List<RecordInfo>();
        await foreach (var key in snapshot.ReadKeysAsync(cancellationToken))
        {
            if (after is { } last && key <= last)
                continue;
            await using var content = await snapshot.OpenAsync(key, cancellationToken);
            if (content is null)
                continue;
            if (records.Count == limit)
                return new RecordPage(records, IsTruncated: true);
            records.Add(new RecordInfo(key, content.Length));
        }

        return new RecordPage(records, IsTruncated: false);
    }

    /// <inheritdoc/>
    public async ValueTask<RecordContent?> OpenRecordAsync(Store store, RecordKey key, CancellationToken cancellationToken)
    {
        await using var snapshot = await OpenSnapshotAsync(store, new RecordFilter(Prefix: key.Text), cancellationToken);
        return await snapshot.OpenAsync(key, cancellationToken);
    }

    private static bool SameName(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

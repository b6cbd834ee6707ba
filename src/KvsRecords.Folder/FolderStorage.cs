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

    /// <summary>
    /// Whether the records of a snapshot know the content types that their sidecars say, and not only those of their extensions. Who
    /// copies a store needs them; an archive does not, and reading them costs it one more file for each record.
    /// </summary>
    public bool ReadsSidecars { get; init; }

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
    public ValueTask<IRecordSnapshot> OpenSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken) =>
        new(new FolderSnapshot(store.Location, storage, Files(store, filter), events) { ReadsSidecars = ReadsSidecars });

    /// <inheritdoc/>
    public ValueTask<RecordPage> ListRecordsAsync(
        Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken)
    {
        var page = new List<RecordInfo>();
        foreach (var file in Files(store, filter).Where(file => after is null || file.Key > after))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (LengthOf(Path.Join(store.Location, file.FileName)) is not { } length)
                continue;
            if (page.Count == limit)
                return new(new RecordPage(page, IsTruncated: true));
            page.Add(new RecordInfo(file.Key, length));
        }

        return new(new RecordPage(page, IsTruncated: false));
    }

    /// <inheritdoc/>
    public ValueTask<RecordContent?> OpenRecordAsync(Store store, RecordKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var files = Files(store, new RecordFilter(Prefix: key.Text));
        return new FolderSnapshot(store.Location, storage, files, events) { ReadsSidecars = true }.OpenAsync(key, cancellationToken);
    }

    private List<RecordFile> Files(Store store, RecordFilter filter)
    {
        try
        {
            return FolderListing.Read(store.Location, storage, filter, events);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    // What is never opened is not listed either.
    private long? LengthOf(string path)
    {
        try
        {
            if (RegularFile.Look(path, storage, out var whyNot) is { } file)
                return file.Length;

            events.LeftOut(path, whyNot);
            return null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static bool SameName(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

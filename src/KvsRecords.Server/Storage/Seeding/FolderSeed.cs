using KvsRecords.Folder;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>A store of a crawler's folder with its declaration, under the id by which the folder itself would be served.</summary>
internal sealed class FolderSeed(FolderStorage folder, Store store) : ISeedStore
{
    private IRecordSnapshot? _snapshot;

    public Store Model => store;

    /// <summary>Finds the stores of a folder, in the order of their folders' names.</summary>
    public static async Task<IReadOnlyList<ISeedStore>> FindAsync(
        string path, DeclaredStores declared, LeftOut leftOut, string? inputKey, CancellationToken cancellationToken)
    {
        var folder = new FolderStorage(path, declared, leftOut, inputKey);
        var stores = await folder.ListAsync(cancellationToken);
        return [.. stores.OrderBy(store => store.Location, StringComparer.Ordinal).Select(store => new FolderSeed(folder, store))];
    }

    public async ValueTask<long> OpenAsync(CancellationToken cancellationToken)
    {
        _snapshot = await folder.OpenSnapshotAsync(store, RecordFilter.Everything, cancellationToken);
        return await _snapshot.ReadKeysAsync(cancellationToken).LongCountAsync(cancellationToken);
    }

    public Task CopyAsync(TakeRecord take, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        _snapshot!.ReadKeysAsync(cancellationToken),
        Seeder.InParallel(cancellationToken),
        (key, cancelled) => CopyAsync(key, take, cancelled));

    public ValueTask DisposeAsync() => _snapshot?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask CopyAsync(RecordKey key, TakeRecord take, CancellationToken cancellationToken)
    {
        // Null: a crawler has deleted it meanwhile.
        if (await OpenAsync(key, cancellationToken) is not { } content)
            return;

        await using var opened = content;
        using var value = new SeedStream(content.ReadAsync, PlaceOf(key), checksum: null);
        await take(new NewRecord(key, content.ContentType, content.LastModified), value, cancellationToken);
    }

    private async ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await _snapshot!.OpenAsync(key, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SeedStream.Unreadable(PlaceOf(key), e);
        }
    }

    private string PlaceOf(RecordKey key) => $"{store.Location}: the record '{key}'";
}

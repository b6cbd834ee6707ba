using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>
/// An archive of a store's records, as this program makes it: each file's path is a key. Facts that an archive cannot carry are guessed
/// (the content types) or new (the store's other metadata, unless it is declared).
/// </summary>
internal sealed class ZipSeed : ISeedStore
{
    private readonly SeedArchive _archive;
    private readonly LeftOut _leftOut;

    public ZipSeed(SeedArchive archive, DeclaredStores declared, LeftOut leftOut)
    {
        (_archive, _leftOut) = (archive, leftOut);
        var name = Path.GetFileNameWithoutExtension(archive.Location);
        Model = declared.Describe(archive.Location, name, name, id: null);
    }

    public Store Model { get; }

    public ValueTask<long> OpenAsync(CancellationToken cancellationToken)
    {
        _archive.Say(_leftOut);
        return new(_archive.Paths.Count);
    }

    public Task CopyAsync(TakeRecord take, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(_archive.Paths, Seeder.InParallel(cancellationToken), (path, cancelled) => CopyAsync(path, take, cancelled));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask CopyAsync(string path, TakeRecord take, CancellationToken cancellationToken)
    {
        await using var value = _archive.OpenFile(path);
        var contentType = ContentTypes.Guess(path, (await value.PeekAsync(cancellationToken)).Span);
        await take(new NewRecord(new RecordKey(path), contentType, _archive.ModifiedOf(path)), value, cancellationToken);
    }
}

using System.Collections.Concurrent;
using System.IO.Compression;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Seeding;

/// <summary>
/// An archive of a store's records, as this program makes it: each file's name is a key. What an archive cannot carry is guessed (the
/// content types) or new (everything else that is said of a store, unless it is declared).
/// </summary>
internal sealed class ZipSeed : ISeedStore
{
    private readonly string _path;
    private readonly LeftOut _leftOut;
    private readonly ConcurrentBag<ZipArchive> _archives = [];
    private List<int> _entries = [];

    public ZipSeed(string path, DeclaredStores declared, LeftOut leftOut)
    {
        (_path, _leftOut) = (path, leftOut);
        var name = Path.GetFileNameWithoutExtension(path);
        Model = declared.Describe(path, name, name, id: null);
    }

    public Store Model { get; }

    public ValueTask<long> OpenAsync(CancellationToken cancellationToken)
    {
        var archive = OpenArchive();
        _archives.Add(archive);

        // Of two with the same name the later one counts, as where somebody unpacks one after the other.
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < archive.Entries.Count; i++)
        {
            var name = archive.Entries[i].FullName;
            if (name.EndsWith('/'))
                continue;
            if (new RecordKey(name).WhyUnsafeToUnpack() is { } reason)
                _leftOut.Add($"{_path}: '{name}'", $"cannot be a key: it {reason}");
            else if (!indexes.TryAdd(name, i))
                Replace(indexes, name, i);
        }

        _entries = [.. indexes.Values];
        return new(_entries.Count);
    }

    public Task CopyAsync(TakeRecord take, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(_entries, Seeder.InParallel(cancellationToken), async (index, cancelled) =>
        {
            // Only one at a time can read an archive; each opens one of its own.
            var archive = _archives.TryTake(out var free) ? free : OpenArchive();
            try
            {
                await CopyAsync(archive.Entries[index], take, cancelled);
            }
            finally
            {
                _archives.Add(archive);
            }
        });

    public ValueTask DisposeAsync()
    {
        foreach (var archive in _archives)
            archive.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask CopyAsync(ZipArchiveEntry entry, TakeRecord take, CancellationToken cancellationToken)
    {
        await using var body = Open(entry);
        using var value = new SeedStream(body, PlaceOf(entry), entry.Crc32);
        var contentType = ContentTypes.Guess(entry.FullName, (await value.PeekAsync(cancellationToken)).Span);

        // The time of an entry has no time zone: this program writes it in UTC.
        var modified = new DateTimeOffset(entry.LastWriteTime.DateTime, TimeSpan.Zero);
        await take(new NewRecord(new RecordKey(entry.FullName), contentType, modified), value, cancellationToken);
    }

    private Stream Open(ZipArchiveEntry entry)
    {
        try
        {
            return entry.IsEncrypted ? throw new InvalidDataException("it is encrypted") : entry.Open();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException)
        {
            throw SeedStream.Unreadable(PlaceOf(entry), e);
        }
    }

    private ZipArchive OpenArchive()
    {
        try
        {
            var archive = ZipFile.OpenRead(_path);
            _ = archive.Entries;
            return archive;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw SeedStream.Unreadable(_path, e);
        }
    }

    private void Replace(Dictionary<string, int> indexes, string name, int index)
    {
        _leftOut.Add($"{_path}: an earlier '{name}'", "has the same name as a later one");
        indexes[name] = index;
    }

    private string PlaceOf(ZipArchiveEntry entry) => $"{_path}: '{entry.FullName}'";
}

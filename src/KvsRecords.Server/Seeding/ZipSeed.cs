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

    // Several entries of an archive may be open, and one may be read at a time. To unpack is a fifth of the work of packing, so they
    // take turns; an archive for each of them took 423 MB for 100,000 files.
    private readonly Lock _turn = new();
    private ZipArchive? _archive;
    private Dictionary<string, ZipArchiveEntry> _entries = [];

    public ZipSeed(string path, DeclaredStores declared, LeftOut leftOut)
    {
        (_path, _leftOut) = (path, leftOut);
        var name = Path.GetFileNameWithoutExtension(path);
        Model = declared.Describe(path, name, name, id: null);
    }

    public Store Model { get; }

    public ValueTask<long> OpenAsync(CancellationToken cancellationToken)
    {
        _archive = OpenArchive();
        _entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in _archive.Entries.Where(entry => !entry.FullName.EndsWith('/')))
        {
            if (new RecordKey(entry.FullName).WhyUnsafeToUnpack() is { } reason)
                _leftOut.Add($"{_path}: '{entry.FullName}'", $"cannot be a key: it {reason}");
            else if (!_entries.TryAdd(entry.FullName, entry))
                Replace(entry);
        }

        return new(_entries.Count);
    }

    public Task CopyAsync(TakeRecord take, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(_entries.Values, Seeder.InParallel(cancellationToken), (entry, cancelled) => CopyAsync(entry, take, cancelled));

    public ValueTask DisposeAsync()
    {
        _archive?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask CopyAsync(ZipArchiveEntry entry, TakeRecord take, CancellationToken cancellationToken)
    {
        await using var body = Open(entry);
        using var value = new SeedStream((buffer, _) => new(Read(body, buffer.Span)), PlaceOf(entry), entry.Crc32);
        var contentType = ContentTypes.Guess(entry.FullName, (await value.PeekAsync(cancellationToken)).Span);

        // The time of an entry has no time zone: this program writes it in UTC.
        var modified = new DateTimeOffset(entry.LastWriteTime.DateTime, TimeSpan.Zero);
        await take(new NewRecord(new RecordKey(entry.FullName), contentType, modified), value, cancellationToken);
    }

    private Stream Open(ZipArchiveEntry entry)
    {
        try
        {
            lock (_turn)
                return entry.IsEncrypted ? throw new InvalidDataException("it is encrypted") : entry.Open();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException)
        {
            throw SeedStream.Unreadable(PlaceOf(entry), e);
        }
    }

    private int Read(Stream body, Span<byte> buffer)
    {
        lock (_turn)
            return body.Read(buffer);
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

    // Where somebody unpacks one after the other, the later one is what is there at the end.
    private void Replace(ZipArchiveEntry entry)
    {
        _leftOut.Add($"{_path}: an earlier '{entry.FullName}'", "has the same name as a later one");
        _entries[entry.FullName] = entry;
    }

    private string PlaceOf(ZipArchiveEntry entry) => $"{_path}: '{entry.FullName}'";
}

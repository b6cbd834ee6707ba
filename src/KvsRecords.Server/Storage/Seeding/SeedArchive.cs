using System.IO.Compression;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>An archive that is loaded: its files by their paths, read in turn, without those that are never records.</summary>
internal sealed class SeedArchive : IDisposable
{
    private const int UnixKindMask = 0xF000;
    private const int UnixRegular = 0x8000;

    // What .NET puts in place of bytes that are no UTF-8.
    private const char Undecodable = '\uFFFD';

    // Several files may be open, and one is read at a time. Decompressing is a fifth of the work of compressing; an archive for each thread
    // took 423 MB for 100,000 files.
    private readonly Lock _turn = new();
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _files;
    private readonly List<Action<LeftOut>> _leftOut = [];

    private SeedArchive(string path, ZipArchive archive)
    {
        (Location, _archive) = (path, archive);
        _files = new Dictionary<string, ZipArchiveEntry>(archive.Entries.Count, StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
            Add(entry, PathOf(entry.FullName));
    }

    /// <summary>The path of the archive.</summary>
    public string Location { get; }

    /// <summary>The paths of the files, with slashes; each is safe to unpack.</summary>
    public IReadOnlyCollection<string> Paths => _files.Keys;

    /// <exception cref="IOException">It cannot be read, or is no archive; the message names it.</exception>
    public static SeedArchive Open(string path)
    {
        ZipArchive? archive = null;
        try
        {
            archive = ZipFile.OpenRead(path);
            RefuseOverlaps(archive, new FileInfo(path).Length);
            return new SeedArchive(path, archive);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            archive?.Dispose();
            throw SeedStream.Unreadable(path, e);
        }
    }

    /// <summary>Says once which of its files are left out, and counts them by reason.</summary>
    public void Say(LeftOut leftOut)
    {
        foreach (var say in _leftOut)
            say(leftOut);
        _leftOut.Clear();
    }

    /// <summary>Counts a file that the reader of the archive leaves out.</summary>
    public void LeaveOut(string name, string reason) => _leftOut.Add(leftOut => leftOut.Count(Location, reason, name));

    /// <summary>The length of a file in bytes, as the archive says it.</summary>
    public long LengthOf(string path) => _files[path].Length;

    /// <summary>The time of a file. It has no time zone, and is taken for UTC, which is what this program writes.</summary>
    public DateTimeOffset ModifiedOf(string path) => new(_files[path].LastWriteTime.DateTime, TimeSpan.Zero);

    /// <summary>Opens a file; its checksum is compared at its end.</summary>
    /// <exception cref="IOException">It is encrypted or damaged; the message names it.</exception>
    public SeedStream OpenFile(string path)
    {
        var (entry, place) = (_files[path], $"{Location}: '{path}'");
        try
        {
            lock (_turn)
            {
                var body = entry.IsEncrypted ? throw new InvalidDataException("it is encrypted") : entry.Open();
                return new SeedStream((buffer, _) => new(Read(body, buffer.Span)), place, entry.Crc32, body);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException)
        {
            throw SeedStream.Unreadable(place, e);
        }
    }

    public void Dispose() => _archive.Dispose();

    // Entries that share the same bytes make a small archive that unpacks to any length.
    private static void RefuseOverlaps(ZipArchive archive, long length)
    {
        if (archive.Entries.Sum(entry => (decimal)entry.CompressedLength) > length)
            throw new InvalidDataException("its files lie over each other: together they are longer than the archive");
    }

    private int Read(Stream body, Span<byte> buffer)
    {
        lock (_turn)
            return body.Read(buffer);
    }

    private void Add(ZipArchiveEntry entry, string path)
    {
        if (path.EndsWith('/'))
            return;

        if (IsOfAnotherProgram(path))
        {
            LeaveOut(path, "of macOS or Windows");
        }
        else if ((entry.ExternalAttributes >> 16 & UnixKindMask) is not (0 or UnixRegular))
        {
            LeaveOut(path, "that are links or devices");
        }
        else if (path.Contains(Undecodable))
        {
            LeaveOut(path, "with a name that is no UTF-8");
        }
        else if (new RecordKey(path).WhyUnsafeToUnpack() is { } reason)
        {
            LeaveOut(path, "with a name that cannot be a key");
            _leftOut.Add(leftOut => leftOut.Add($"{Location}: '{path}'", $"cannot be a key: it {reason}"));
        }
        else if (!_files.TryAdd(path, entry))
        {
            // A program that unpacks one after the other keeps the later one.
            LeaveOut(path, "with the name of a later one");
            _leftOut.Add(leftOut => leftOut.Add($"{Location}: an earlier '{path}'", "has the same name as a later one"));
            _files[path] = entry;
        }
    }

    // Compress-Archive of Windows PowerShell separates with backslashes, and 'bsdtar .' begins with './'.
    private static string PathOf(string name)
    {
        var path = name.Replace('\\', '/');
        while (path.StartsWith("./", StringComparison.Ordinal))
            path = path[2..];
        return path;
    }

    // Finder and ditto keep a file's attributes in '__MACOSX/._name'; on foreign disks macOS keeps them in '._name'.
    private static bool IsOfAnotherProgram(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return $"/{path}".Contains("/__MACOSX/", StringComparison.Ordinal)
            || name.StartsWith("._", StringComparison.Ordinal)
            || name.Equals(".DS_Store", StringComparison.Ordinal)
            || name.Equals("Thumbs.db", StringComparison.OrdinalIgnoreCase)
            || name.Equals("desktop.ini", StringComparison.OrdinalIgnoreCase);
    }
}

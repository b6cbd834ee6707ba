using System.Globalization;
using KvsRecords.Sqlite.Database;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite.Bodies;

/// <summary>The large bodies: one file for each version of a record, named by a number, written once and never changed.</summary>
internal sealed class BodyFiles(string folder, bool durable)
{
    private long _last;

    /// <summary>
    /// MUST remove every file of this program's that no row knows: files that were being written when the program ended, and files that
    /// were forgotten; and MUST leave alone all files with other names.
    /// </summary>
    /// <param name="lastNumber">The last number that a row knows.</param>
    /// <param name="known">All numbers that rows know. It is asked only where there may be something to remove, since it reads them all.</param>
    /// <param name="isKnown">Whether a row seems to know a number.</param>
    public void Open(long lastNumber, Func<long, bool> isKnown, Func<IReadOnlySet<long>> known)
    {
        OwnFiles.CreateFolder(folder);
        _last = lastNumber;
        var numbers = Directory.EnumerateFiles(folder).Select(Path.GetFileName).OfType<string>()
            .Select(name => (Name: name, Number: NumberOf(name))).Where(file => file.Number is not null).ToList();

        // A number that seems unknown is looked for in the rows themselves: a damaged index must not cost a body.
        var suspects = numbers.Where(file => file.Name.EndsWith(BodyDraft.Unfinished, StringComparison.Ordinal) || !isKnown(file.Number!.Value)).ToList();
        if (suspects.Count == 0)
            return;

        var all = known();
        foreach (var (name, number) in suspects)
        {
            if (name.EndsWith(BodyDraft.Unfinished, StringComparison.Ordinal) || !all.Contains(number!.Value))
                File.Delete(Path.Join(folder, name));
        }
    }

    /// <summary>A new file, which has its final name only once it is whole.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    public BodyDraft Begin()
    {
        var number = Interlocked.Increment(ref _last);
        return new BodyDraft(number, PathOf(number), durable);
    }

    /// <summary>MUST be done before a row that names a new file is committed, unless nothing rests on that row yet.</summary>
    public void SyncNames()
    {
        if (durable)
            SyncedFolder.Sync(folder);
    }

    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is a link, or no file.</exception>
    public SafeFileHandle OpenRead(long number) =>
        OwnFiles.OpenRead(folder, NameOf(number));

    public void Delete(long number) => File.Delete(PathOf(number));

    public string PathOf(long number) => Path.Join(folder, NameOf(number));

    private static string NameOf(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long? NumberOf(string name)
    {
        var digits = name.EndsWith(BodyDraft.Unfinished, StringComparison.Ordinal) ? name[..^BodyDraft.Unfinished.Length] : name;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

/// <summary>A body that is being written. Disposing it removes it, unless it was kept.</summary>
internal sealed class BodyDraft(long number, string path, bool durable)
    : FileStream(path + Unfinished, OwnFiles.Options(FileMode.CreateNew, FileShare.ReadWrite | FileShare.Delete, BufferSize))
{
    /// <summary>The end of the name of a file that is not whole yet.</summary>
    public const string Unfinished = ".new";

    // The deflater writes pieces of 8 KiB.
    private const int BufferSize = 64 * 1024;

    private string? _toRemove = path + Unfinished;

    public long Number => number;

    /// <summary>Gives it its name. What it holds MUST survive a power cut from here on; its name, once the folder is synced.</summary>
    public void Finish()
    {
        Flush(flushToDisk: durable);
        File.Move(path + Unfinished, path);
        _toRemove = path;
    }

    /// <summary>Leaves the file where it is when this is disposed.</summary>
    public void Keep() => _toRemove = null;

    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        finally
        {
            // Not from a finalizer, which must not throw: what is forgotten is removed at the next start.
            if (disposing && _toRemove is { } file)
                File.Delete(file);
            _toRemove = null;
        }
    }
}

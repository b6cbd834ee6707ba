using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite;

/// <summary>The large bodies: one file for each version of a record, named by a number, written once and never changed.</summary>
internal sealed class BodyFiles(string folder, Reserve reserve, bool durable)
{
    private long _last;

    /// <summary>MUST remove every file that no row knows: what was being written when the program ended, and what was forgotten.</summary>
    public void Open(long lastNumber, Func<long, bool> isKnown)
    {
        Directory.CreateDirectory(folder);
        _last = lastNumber;
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            var name = Path.GetFileName(path);
            if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !isKnown(number))
                File.Delete(path);
        }
    }

    /// <summary>A new file, which has its final name only once it is whole.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    public BodyDraft Begin()
    {
        reserve.Require();
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
    public SafeFileHandle OpenRead(long number) =>
        File.OpenHandle(PathOf(number), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    public void Delete(long number) => File.Delete(PathOf(number));

    public string PathOf(long number) => Path.Join(folder, number.ToString(CultureInfo.InvariantCulture));
}

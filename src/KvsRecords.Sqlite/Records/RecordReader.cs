using System.Globalization;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Sqlite.Bodies;
using KvsRecords.Sqlite.Database;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Records;

/// <summary>Reads what holds now. Each call sees one instant.</summary>
internal sealed class RecordReader(Readers readers, BodyFiles files)
{
    public RecordPage List(long store, RecordFilter filter, RecordKey? after, int limit)
    {
        var range = new KeyRange(filter);
        if (range.IsEmpty)
            return RecordPage.Empty;

        // One more row than the page has shows whether another page follows.
        var (from, inclusive) = range.StartAfter(after?.Text);
        var rows = readers.Read(database => RecordTable.List(database, store, from, inclusive, limit + 1L));
        var end = rows.FindIndex(row => !range.Contains(row.Key.Text));
        var matches = end < 0 ? rows.Count : end;
        rows.RemoveRange(Math.Min(matches, limit), rows.Count - Math.Min(matches, limit));
        rows.ForEach(row => Stored.Check(row.Key));
        return new RecordPage(rows, IsTruncated: matches > limit);
    }

    /// <returns>Null when there is no such record.</returns>
    public RecordContent? Open(long store, RecordKey key)
    {
        if (!Stored.IsWellFormed(key.Text))
            return null;

        RecordVersion? missing = null;
        while (readers.Read(database => RecordTable.Find(database, store, key.Text)) is { } version)
        {
            try
            {
                return Open(store, version);
            }
            catch (FileNotFoundException) when (version.Born != missing?.Born)
            {
                // The version was overwritten or deleted, and removed, since it was found. If it is still current, its file is lost.
                missing = version;
            }
        }

        return null;
    }

    /// <exception cref="InvalidDataException">Its body is damaged, as can be seen without reading it.</exception>
    /// <exception cref="FileNotFoundException">Its file is not there.</exception>
    public RecordContent Open(long store, RecordVersion version)
    {
        // Without a buffer, which would be one more copy: callers read pieces of 8 KiB and more.
        Stream compressed = version.File is { } file
            ? new FileStream(files.OpenRead(file), FileAccess.Read, bufferSize: 0)
            : new MemoryStream(version.Body ?? []);
        try
        {
            // The checksum tells this folder from one that was made in its place and counts from the beginning.
            var name = string.Create(CultureInfo.InvariantCulture, $"{store}-{version.Born}-{version.Entry.Crc32:x8}");
            var modified = Stored.Time(version.Modified);
            return new RecordContent(
                new DecompressedStream(version.Entry, compressed), version.Entry.Length, modified, version.ContentType, name);
        }
        catch
        {
            compressed.Dispose();
            throw;
        }
    }
}

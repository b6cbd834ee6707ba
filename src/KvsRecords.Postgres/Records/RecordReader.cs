using System.Globalization;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Postgres.Records;

/// <summary>Reads what holds now. Each call sees one instant.</summary>
internal sealed class RecordReader(Connections connections, Bodies bodies, Leases leases, AccessCounts counts)
{
    public async ValueTask<RecordPage> ListAsync(Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken)
    {
        var number = Stored.NumberOf(store);
        var range = new KeyRange(filter);
        var (from, inclusive) = range.IsEmpty ? ("", true) : range.StartAfter(after?.Text);

        // One more row than the page has shows whether another page follows.
        var most = range.IsEmpty ? 0 : limit + 1L;
        var (isExpiring, rows) = await connections.RepeatAsync(
            database => RecordRows.ListAsync(database, number, from, inclusive, most, cancellationToken), cancellationToken);
        if (store.CountsUse)
            await counts.CountListAsync(number, isExpiring, cancellationToken);

        var end = rows.FindIndex(row => !range.Contains(row.Key.Text));
        var matches = end < 0 ? rows.Count : end;
        rows.RemoveRange(Math.Min(matches, limit), rows.Count - Math.Min(matches, limit));
        rows.ForEach(row => Stored.Check(row.Key));
        return new RecordPage(rows, IsTruncated: matches > limit);
    }

    /// <returns>Null when there is no such record.</returns>
    public async ValueTask<RecordContent?> OpenAsync(Store store, RecordKey key, CancellationToken cancellationToken)
    {
        if (!Stored.IsWellFormed(key.Text))
            return null;

        var number = Stored.NumberOf(store);
        var lease = leases.Open();
        RecordContent? content = null;
        try
        {
            if (await connections.RepeatAsync(database => RecordRows.FindAsync(database, number, key.Text, cancellationToken), cancellationToken) is not { } found)
                return null;
            if (store.CountsUse)
                await counts.CountReadAsync(number, found.IsExpiring, cancellationToken);
            return content = await OpenAsync(number, found.Version, lease, cancellationToken);
        }
        finally
        {
            if (content is null)
                lease.Dispose();
        }
    }

    /// <param name="store">The number of the store.</param>
    /// <param name="version">A version of a record that it has, or had.</param>
    /// <param name="lease">Keeps the body; the content ends it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidDataException">Its body is damaged, as can be seen without reading it.</exception>
    public async ValueTask<RecordContent> OpenAsync(long store, RecordVersion version, Leases.Lease lease, CancellationToken cancellationToken)
    {
        var compressed = await OpenBodyAsync(version, lease, cancellationToken);

        // The checksum tells this history of the database from one that lost its last commits and counts on from there.
        var name = string.Create(CultureInfo.InvariantCulture, $"{store}-{version.Born}-{version.Entry.Crc32:x8}");
        var value = new DecompressedStream(version.Entry, compressed, isRemote: version.Object is not null);
        return new RecordContent(value, version.Entry.Length, Stored.Time(version.Modified), version.ContentType, name);
    }

    private async ValueTask<Stream> OpenBodyAsync(RecordVersion version, Leases.Lease lease, CancellationToken cancellationToken)
    {
        if (version.Object is not { } id)
        {
            lease.Dispose();
            return new MemoryStream(version.Body ?? []);
        }

        lease.Set(id);
        var length = await bodies.LengthAsync(id, cancellationToken);
        return length == version.Entry.CompressedLength
            ? new BodyStream(bodies, id, length, lease)
            : throw new InvalidDataException($"The record is damaged: {length} compressed bytes are there instead of {version.Entry.CompressedLength}.");
    }
}

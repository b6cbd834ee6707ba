using System.Buffers;
using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Records;

/// <summary>The entries of a store at a revision, a page at a time. Between two pages it holds nothing of the database.</summary>
internal sealed class EntryPages(
    StoreTotals totals, string timeline, KeyRange range, string? from, bool withBodies, Connections connections, Bodies bodies,
    Leases.Lease lease)
    : ICompressedEntries
{
    private const int PageBytes = 256 * 1024;
    private const int MaxRows = 5_000;
    private const int MinRows = 16;

    // The first entries may be much larger than the rest.
    private const int FirstRows = 256;

    // A key that a client can write has 1 kB at most; one that was imported may be as long as an index allows.
    private const int RowRoom = ICompressedEntries.MaxInlineBody + EntryHeader.Size + (4 * 1024);

    private readonly List<Entry> _entries = [];
    private byte[] _page = ArrayPool<byte>.Shared.Rent(PageBytes);
    private (string Key, bool Inclusive) _next = from is null ? range.StartAfter(null) : (from, true);
    private bool _isOver = range.IsEmpty;
    private byte[]? _chunk;
    private long _chunkStart;
    private int _chunkLength;
    private int _rows = withBodies ? RowsOf(totals) : MaxRows;
    private int _current;
    private Entry _entry;

    public ReadOnlySpan<byte> Key => _page.AsSpan(_entry.Start, _entry.KeyLength);

    public ReadOnlySpan<byte> Header => _page.AsSpan(_entry.Start + _entry.KeyLength, EntryHeader.Size);

    public EntryLengths Lengths => EntryHeader.Lengths(Header) ?? _entry.Wide!.Value;

    public bool IsInline => _entry.Object is null;

    public ReadOnlySpan<byte> Body => _page.AsSpan(_entry.Start + _entry.KeyLength + EntryHeader.Size, _entry.BodyLength);

    public async ValueTask<bool> LoadAsync(CancellationToken cancellationToken)
    {
        _current = 0;
        _entries.Clear();
        if (_isOver)
            return false;

        await connections.RepeatAsync(database => FillAsync(database, cancellationToken), cancellationToken);
        lease.Check();
        if (_entries.Count > 0)
            _next = (Encoding.UTF8.GetString(_page.AsSpan(_entries[^1].Start, _entries[^1].KeyLength)), false);
        return _entries.Count > 0;
    }

    public bool MoveNext()
    {
        _chunkLength = 0;
        if (_current == _entries.Count)
            return false;

        _entry = _entries[_current++];
        if (_entry.Object is not null && _entry.ObjectLength != Lengths.Compressed)
            throw new InvalidDataException($"A body is {_entry.ObjectLength} bytes long instead of {Lengths.Compressed}.");
        return true;
    }

    public void Pause()
    {
    }

    public async ValueTask<int> ReadBodyAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // The whole chunk at once: a portion of an archive has less room as a rule.
        if (offset < _chunkStart || offset >= _chunkStart + _chunkLength)
        {
            _chunk ??= ArrayPool<byte>.Shared.Rent(Bodies.ChunkSize);
            _chunkStart = offset / Bodies.ChunkSize * Bodies.ChunkSize;
            _chunkLength = await bodies.ReadAsync(_entry.Object!.Value, _chunkStart, _chunk, cancellationToken);
            lease.Check();
        }

        var piece = _chunk.AsMemory(0, _chunkLength)[(int)Math.Min(offset - _chunkStart, _chunkLength)..];
        if (piece.IsEmpty)
            throw new InvalidDataException($"A body ends after {offset} of {Lengths.Compressed} bytes.");

        piece = piece[..Math.Min(piece.Length, buffer.Length)];
        piece.CopyTo(buffer);
        return piece.Length;
    }

    public void Dispose()
    {
        _isOver = true;
        _entries.Clear();
        ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _page, []));
        if (Interlocked.Exchange(ref _chunk, null) is { } chunk)
            ArrayPool<byte>.Shared.Return(chunk);
    }

    // As many as fill a page: rows that do not fit any more have been sent in vain.
    private static int RowsOf(StoreTotals totals)
    {
        var row = totals.Records == 0 ? 1 : ((Math.Max(totals.CompressedBytes, 0) + totals.KeyBytes) / totals.Records) + EntryHeader.Size;
        return (int)Math.Clamp(PageBytes / row, MinRows, FirstRows);
    }

    private async Task<bool> FillAsync(NpgsqlConnection database, CancellationToken cancellationToken)
    {
        _entries.Clear();
        var (filled, rows) = (0, 0);
        await using (var command = RecordRows.Entries(database, totals, _next.Key, _next.Inclusive, withBodies, _rows))
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            // A database that took over may have other records under the same revision.
            if (!await row.ReadAsync(cancellationToken) || row.GetString(0) != timeline)
                throw new IOException("The download was broken off: another database has taken over.");

            await row.NextResultAsync(cancellationToken);
            while (filled + RowRoom <= _page.Length && await row.ReadAsync(cancellationToken))
            {
                rows++;
                var entry = Read(row, filled);
                if (!range.Contains(_page.AsSpan(entry.Start, entry.KeyLength)))
                {
                    _isOver = true;
                    break;
                }

                _entries.Add(entry);
                filled += entry.Length;
            }
        }

        if (filled + RowRoom > _page.Length)
            _rows = Math.Clamp(rows, MinRows, MaxRows);
        else if (rows < _rows)
            _isOver = true;
        else
            _rows = Math.Min(2 * _rows, MaxRows);
        await ReadWideAsync(database, cancellationToken);
        return true;
    }

    private Entry Read(NpgsqlDataReader row, int start)
    {
        var room = _page.AsMemory(start);
        var keyLength = Sql.Bytes(row, 0, room);
        var headerLength = Sql.Bytes(row, 1, room[keyLength..]);
        var key = room.Span[..keyLength];
        var header = room.Span.Slice(keyLength, headerLength);
        if (!EntryHeader.Fits(header, key) || RecordKey.WhyUtf8IsUnsafe(key) is not null)
            throw Damaged(Encoding.UTF8.GetString(key));

        var id = withBodies && !row.IsDBNull(2) ? row.GetGuid(2) : (Guid?)null;
        var bodyLength = withBodies && id is null && !row.IsDBNull(3) ? Sql.Bytes(row, 3, room[(keyLength + headerLength)..]) : 0;
        var objectLength = id is null || row.IsDBNull(4) ? 0 : row.GetInt64(4);
        return new Entry(start, keyLength, bodyLength, id, objectLength, Wide: null);
    }

    private static InvalidDataException Damaged(string key) => new RecordKey(key).WhyUnsafeToUnpack() is { } why
        ? Stored.UnsafeKey(key, why)
        : new InvalidDataException($"The header of the record '{key}' is damaged.");

    // Only bodies over 4 GiB have lengths that the header has no room for: for them the whole row is read.
    private async Task ReadWideAsync(NpgsqlConnection database, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (EntryHeader.Lengths(_page.AsSpan(entry.Start + entry.KeyLength, EntryHeader.Size)) is not null)
                continue;

            var key = Encoding.UTF8.GetString(_page.AsSpan(entry.Start, entry.KeyLength));
            var version = await RecordRows.FindAsync(database, totals, key, cancellationToken)
                ?? throw new InvalidDataException($"The record '{key}' is damaged.");
            _entries[i] = entry with { Wide = version.Entry.Lengths };
        }
    }

    /// <summary>An entry in the page: its key, its header and its body follow each other.</summary>
    private readonly record struct Entry(int Start, int KeyLength, int BodyLength, Guid? Object, long ObjectLength, EntryLengths? Wide)
    {
        public int Length => KeyLength + EntryHeader.Size + BodyLength;
    }
}

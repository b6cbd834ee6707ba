using System.Buffers;
using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Storage;
using Npgsql;

namespace KvsRecords.Postgres.Records;

/// <summary>
/// The entries of a store at a revision, a page at a time. While one is sent, the next is read; nothing of the database is held in
/// between.
/// </summary>
internal sealed class EntryPages(
    StoreTotals totals, string timeline, KeyRange range, string? from, bool withBodies, Connections connections, Bodies bodies,
    Leases.Lease lease)
    : ICompressedEntries
{
    private const int MaxRows = 5_000;
    private const int MinRows = 16;

    // The first entries may be much larger than the rest.
    private const int FirstRows = 256;

    // Those of which two pages are in memory: others read a page when they need it.
    private static readonly SemaphoreSlim PlacesAhead = new(32);

    private (string Key, bool Inclusive)? _next = range.IsEmpty ? null : from is null ? range.StartAfter(null) : (from, true);
    private EntryPage? _page;
    private EntryPage? _spare;
    private Task<EntryPage>? _ahead;
    private byte[]? _chunk;
    private long _chunkStart;
    private int _chunkLength;
    private int _rows = withBodies ? RowsOf(totals) : MaxRows;
    private int _current;
    private EntryPage.Entry _entry;

    public ReadOnlySpan<byte> Key => _page!.Key(_entry);

    public ReadOnlySpan<byte> Header => _page!.Header(_entry);

    public EntryLengths Lengths => _page!.Lengths(_entry);

    public bool IsInline => _entry.Object == Guid.Empty;

    public ReadOnlySpan<byte> Body => _page!.Body(_entry).Span;

    public async ValueTask<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (_next is not { } next)
            return false;

        var page = await TakeAsync(next, cancellationToken);
        (_page, _spare, _current) = (page, _page, 0);
        lease.Check();
        _next = IsLast(page) ? null : (Encoding.UTF8.GetString(page.Key(page.Entries[^1])), false);
        if (_next is { } after && await PlacesAhead.WaitAsync(TimeSpan.Zero, CancellationToken.None))
            _ahead = ReadAsync(after, cancellationToken);
        else
            Interlocked.Exchange(ref _spare, null)?.Dispose();
        return page.Entries.Count > 0;
    }

    public bool MoveNext()
    {
        _chunkLength = 0;
        if (_page is null || _current == _page.Entries.Count)
            return false;

        _entry = _page.Entries[_current++];
        if (withBodies && _entry.BodyLength + _entry.LargeLength != Lengths.Compressed)
            throw new InvalidDataException($"A body is {_entry.BodyLength + _entry.LargeLength} bytes long instead of {Lengths.Compressed}.");
        return true;
    }

    public void Pause()
    {
    }

    public async ValueTask<int> ReadBodyAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var piece = _entry.BodyLength > 0 ? _page!.Body(_entry)[(int)offset..] : await ReadChunkAsync(offset, cancellationToken);
        if (piece.IsEmpty)
            throw new InvalidDataException($"A body ends after {offset} of {Lengths.Compressed} bytes.");

        piece = piece[..Math.Min(piece.Length, buffer.Length)];
        piece.CopyTo(buffer);
        return piece.Length;
    }

    public void Dispose()
    {
        _page?.Dispose();
        _spare?.Dispose();
        (_page, _spare, _next) = (null, null, null);
        _ = ForgetAsync();
        if (Interlocked.Exchange(ref _chunk, null) is { } chunk)
            ArrayPool<byte>.Shared.Return(chunk);
    }

    // What is read in vain may fail.
    private async Task ForgetAsync()
    {
        if (Interlocked.Exchange(ref _ahead, null) is not { } ahead)
            return;

        await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        PlacesAhead.Release();
        if (ahead.IsCompletedSuccessfully)
            (await ahead).Dispose();
    }

    private async Task<EntryPage> TakeAsync((string Key, bool Inclusive) next, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _ahead, null) is not { } ahead)
            return await ReadAsync(next, cancellationToken);

        try
        {
            return await ahead;
        }
        catch (StorageUnavailableException)
        {
            // It could not be reached then, which may be long ago.
            return await ReadAsync(next, cancellationToken);
        }
        finally
        {
            PlacesAhead.Release();
        }
    }

    // As many as fill a page: others are looked at in vain.
    private static int RowsOf(StoreTotals totals)
    {
        var row = totals.Records == 0 ? 1 : ((Math.Max(totals.CompressedBytes, 0) + totals.KeyBytes) / totals.Records) + EntryHeader.Size;
        return (int)Math.Clamp(EntryPage.Room / row, MinRows, FirstRows);
    }

    // Also finds out how many rows fill the next page.
    private bool IsLast(EntryPage page)
    {
        var (count, asked) = (page.Entries.Count, _rows);
        if (page.IsCut)
            _rows = Math.Clamp(count + (count / 4), MinRows, MaxRows);
        else
            _rows = Math.Min(2 * _rows, MaxRows);
        return page.IsLast || (!page.IsCut && count < asked);
    }

    private async Task<EntryPage> ReadAsync((string Key, bool Inclusive) start, CancellationToken cancellationToken)
    {
        var page = Interlocked.Exchange(ref _spare, null) ?? new EntryPage();
        try
        {
            await connections.RepeatAsync(database => FillAsync(page, database, start, cancellationToken), cancellationToken);
            return page;
        }
        catch
        {
            page.Dispose();
            throw;
        }
    }

    private async Task<bool> FillAsync(EntryPage page, NpgsqlConnection database, (string Key, bool Inclusive) start, CancellationToken cancellationToken)
    {
        page.Clear();
        await using (var command = withBodies
            ? RecordRows.Entries(database, totals, start.Key, start.Inclusive, _rows, EntryPage.Room)
            : RecordRows.Headers(database, totals, start.Key, start.Inclusive, _rows))
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            // A database that took over may have other records under the same revision.
            if (!await row.ReadAsync(cancellationToken) || row.GetString(0) != timeline)
                throw new StorageUnavailableException("The download was broken off: another database has taken over.");

            await row.NextResultAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken) && page.TryAdd(row, withBodies, range))
            {
            }
        }

        await page.ReadWideAsync(database, totals, cancellationToken);
        return true;
    }

    // The whole chunk at once: a portion of an archive has less room as a rule.
    private async ValueTask<ReadOnlyMemory<byte>> ReadChunkAsync(long offset, CancellationToken cancellationToken)
    {
        if (offset < _chunkStart || offset >= _chunkStart + _chunkLength)
        {
            _chunk ??= ArrayPool<byte>.Shared.Rent(Bodies.ChunkSize);
            _chunkStart = offset / Bodies.ChunkSize * Bodies.ChunkSize;
            _chunkLength = await bodies.ReadAsync(_entry.Object, _chunkStart, _chunk, cancellationToken);
            lease.Check();
        }

        return _chunk.AsMemory(0, _chunkLength)[(int)Math.Min(offset - _chunkStart, _chunkLength)..];
    }
}

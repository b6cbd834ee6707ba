using System.IO.Pipelines;
using System.Text;
using KvsRecords.Stores;

namespace KvsRecords.Archive;

/// <summary>
/// An archive of records that are kept as entries: local headers, entries, central directory. Nothing is compressed and no checksum is
/// computed, so its length is known before its first byte and it can be begun at any byte. "Each record is stored as a separate file in the
/// archive, with the filename equal to the record key" (the specification).
/// </summary>
public sealed class SplicedArchive
{
    /// <summary>The version of the archive's form, to be part of its validator: with another form come other bytes.</summary>
    public const string Format = "1";

    /// <summary>
    /// Sets how much is handed to the output at once, in bytes. Pieces of 4 KiB took 1.7 to 1.9 times as long; with twice as much, 500
    /// downloads take more memory.
    /// </summary>
    public const int PortionSize = 128 * 1024;

    // Headers, with a key of any length that clients can write, and a body that is not in a file. With room for the longest key of the
    // format, portions were sent when a third of them was filled.
    private const int EntryRoom = ZipHeaders.Longest + (4 * RecordKey.MaxWritableLength) + ICompressedEntries.MaxInlineBody;

    private readonly ICompressedSnapshot _snapshot;
    private readonly long _directoryOffset;
    private readonly long _directoryLength;

    private SplicedArchive(ICompressedSnapshot snapshot, long directoryOffset, long directoryLength) =>
        (_snapshot, _directoryOffset, _directoryLength) = (snapshot, directoryOffset, directoryLength);

    /// <summary>Is called after each entry, with their number so far.</summary>
    public Action<long>? EntryWritten { get; set; }

    /// <summary>The bytes that were sent the last time, also when it came to a fault.</summary>
    public long BytesSent { get; private set; }

    /// <summary>The length of the archive, in bytes. MUST be exact.</summary>
    public long Length =>
        _directoryOffset + _directoryLength + ZipHeaders.EndLength(_snapshot.Totals.Records, _directoryLength, _directoryOffset);

    /// <summary>Where the central directory begins.</summary>
    public long DirectoryOffset => _directoryOffset;

    /// <summary>Lays an archive out. MUST NOT read entries unless one of them, or the archive, is larger than 4 GiB.</summary>
    public static async ValueTask<SplicedArchive> LayOutAsync(ICompressedSnapshot snapshot, CancellationToken cancellationToken)
    {
        var totals = snapshot.Totals;
        var offset = (totals.Records * ZipHeaders.LocalLength(0, isWide: false)) + totals.KeyBytes + totals.CompressedBytes;
        if (offset - totals.CompressedBytes + totals.ValueBytes < ZipHeaders.Limit32)
            return new(snapshot, offset, (totals.Records * ZipHeaders.CentralLength(0)) + totals.KeyBytes);

        // Some headers may need ZIP64 fields, and only the entries tell which.
        var (position, directory, count) = (0L, 0L, 0L);
        using var entries = snapshot.ReadHeaders();
        while (await entries.LoadAsync(cancellationToken))
        {
            while (entries.MoveNext())
            {
                directory += CentralLength(entries, position);
                position += EntryLength(entries);
                count++;
            }
        }

        CheckCount(count, totals.Records);
        return new(snapshot, position, directory);
    }

    /// <summary>
    /// Writes the archive, from one of its bytes to its end. MUST give the same bytes every time; MUST hold neither bodies nor headers
    /// for longer than it takes to send a portion of them; MUST NOT complete the output.
    /// </summary>
    /// <param name="output">Where it goes. Nothing is written to it synchronously.</param>
    /// <param name="from">The first byte that is written, counted from 0.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The reader of the output has gone.</exception>
    /// <exception cref="IOException">A body cannot be read.</exception>
    /// <exception cref="InvalidDataException">A body is not as long as it was when it was written, or the entries are not what was counted.</exception>
    public async Task WriteAsync(PipeWriter output, long from, CancellationToken cancellationToken)
    {
        var target = new SpliceOutput(output, from);
        try
        {
            if (from < _directoryOffset)
                await WriteEntriesAsync(target, from, cancellationToken);
            else
                target.Skip(_directoryOffset);
            Check(target.Position, _directoryOffset);
            await WriteDirectoryAsync(target, from, cancellationToken);
            await target.FlushAsync(cancellationToken);
        }
        finally
        {
            BytesSent = target.BytesSent;
        }
    }

    private async Task WriteEntriesAsync(SpliceOutput target, long from, CancellationToken cancellationToken)
    {
        var (first, count) = (from == 0 ? null : await FindEntryAsync(target, from, cancellationToken), 0L);
        using var entries = _snapshot.ReadEntries(first);
        while (await LoadAsync(entries, target, cancellationToken))
        {
            while (entries.MoveNext())
            {
                PutHeader(entries, target);
                if (entries.IsInline)
                    PutBody(entries, target);
                else
                    await PutLargeBodyAsync(entries, target, cancellationToken);
                EntryWritten?.Invoke(++count);

                // Without this check, a range could end within surplus bytes and look whole.
                if (target.Position > _directoryOffset)
                    throw Miscounted(target.Position, _directoryOffset);
                await FlushIfFullAsync(entries, target, cancellationToken);
            }
        }
    }

    // Sends what is ready while the next page is on its way.
    private static async ValueTask<bool> LoadAsync(IEntryHeaders entries, SpliceOutput target, CancellationToken cancellationToken)
    {
        var page = entries.LoadAsync(cancellationToken);
        if (page.IsCompleted)
            return await page;

        var loading = page.AsTask();
        await Task.WhenAll(loading, target.FlushAsync(cancellationToken).AsTask());
        return await loading;
    }

    private async Task WriteDirectoryAsync(SpliceOutput target, long from, CancellationToken cancellationToken)
    {
        var (offset, count) = (0L, 0L);
        using (var entries = _snapshot.ReadHeaders())
        {
            while (await LoadAsync(entries, target, cancellationToken))
            {
                while (entries.MoveNext())
                {
                    PutCentralHeader(entries, target, offset, from);
                    offset += EntryLength(entries);
                    count++;
                    if (offset > _directoryOffset)
                        throw Miscounted(offset, _directoryOffset);
                    await FlushIfFullAsync(entries, target, cancellationToken);
                }
            }
        }

        CheckCount(count, _snapshot.Totals.Records);
        Check(offset, _directoryOffset);
        Check(target.Position, _directoryOffset + _directoryLength);
        target.MakeRoom(EntryRoom);
        target.Advance(ZipHeaders.WriteEnd(target.Room, _snapshot.Totals.Records, _directoryLength, _directoryOffset));
    }

    // The client knows the length already: an archive of another length must never look whole.
    private static void Check(long length, long expected)
    {
        if (length != expected)
            throw Miscounted(length, expected);
    }

    // The end record has the number that was counted when the records were written; readers hold it against the directory.
    private static void CheckCount(long count, long expected)
    {
        if (count != expected)
            throw new InvalidDataException($"The store has {count} records instead of {expected}: its index is damaged.");
    }

    private static InvalidDataException Miscounted(long length, long expected) =>
        new($"The entries take {length} bytes instead of {expected}: the index of the store is damaged.");

    // Also moves the output to where the entry begins.
    private async ValueTask<string> FindEntryAsync(SpliceOutput target, long from, CancellationToken cancellationToken)
    {
        using var entries = _snapshot.ReadHeaders();
        while (await entries.LoadAsync(cancellationToken))
        {
            while (entries.MoveNext())
            {
                var length = EntryLength(entries);
                if (target.Position + length > from)
                    return Encoding.UTF8.GetString(entries.Key);
                target.Skip(length);
            }
        }

        throw Miscounted(target.Position, _directoryOffset);
    }

    private static void PutHeader(ICompressedEntries entries, SpliceOutput target)
    {
        var key = entries.Key;
        target.MakeRoom(ZipHeaders.Longest + key.Length + ICompressedEntries.MaxInlineBody);
        var header = entries.Header;
        target.Advance(EntryHeader.Lengths(header) is null
            ? ZipHeaders.WriteWideLocal(target.Room, key, header, entries.Lengths)
            : ZipHeaders.WriteLocal(target.Room, key, header));
    }

    private static void PutBody(ICompressedEntries entries, SpliceOutput target)
    {
        var body = entries.Body;
        var expected = entries.Lengths.Compressed;
        if (body.Length != expected || body.Length > ICompressedEntries.MaxInlineBody)
            throw new InvalidDataException($"A body is {body.Length} bytes long instead of {expected}.");

        body.CopyTo(target.Room);
        target.Advance(body.Length);
    }

    // Its bytes before the first one that is asked for are not read.
    private static async ValueTask PutLargeBodyAsync(ICompressedEntries entries, SpliceOutput target, CancellationToken cancellationToken)
    {
        var length = entries.Lengths.Compressed;
        var offset = target.SkipInto(length);
        while (offset < length)
        {
            if (target.IsFull(1))
            {
                entries.Pause();
                await target.FlushAsync(cancellationToken);
            }

            target.MakeRoom(1);
            var room = target.RoomInMemory;
            var read = await entries.ReadBodyAsync(offset, room[..(int)Math.Min(room.Length, length - offset)], cancellationToken);
            if (read == 0)
                throw new InvalidDataException($"A body ends after {offset} of {length} bytes.");
            target.Advance(read);
            offset += read;
        }
    }

    private static ValueTask FlushIfFullAsync(IEntryHeaders entries, SpliceOutput target, CancellationToken cancellationToken)
    {
        if (!target.IsFull(EntryRoom))
            return ValueTask.CompletedTask;

        entries.Pause();
        return target.FlushAsync(cancellationToken);
    }

    private static void PutCentralHeader(IEntryHeaders entries, SpliceOutput target, long offset, long from)
    {
        var length = CentralLength(entries, offset);
        target.MakeRoom(length);
        if (target.Position + length <= from)
            target.Skip(length);
        else if (IsWide(entries, offset))
            target.Advance(ZipHeaders.WriteWideCentral(target.Room, entries.Key, entries.Header, entries.Lengths, offset));
        else
            target.Advance(ZipHeaders.WriteCentral(target.Room, entries.Key, entries.Header, (uint)offset));
    }

    private static int CentralLength(IEntryHeaders entries, long offset) => IsWide(entries, offset)
        ? ZipHeaders.CentralLength(entries.Key.Length, entries.Lengths, offset)
        : ZipHeaders.CentralLength(entries.Key.Length);

    private static long EntryLength(IEntryHeaders entries) =>
        ZipHeaders.LocalLength(entries.Key.Length, IsWide(entries, offset: 0)) + entries.Lengths.Compressed;

    private static bool IsWide(IEntryHeaders entries, long offset) =>
        offset >= ZipHeaders.Limit32 || EntryHeader.Lengths(entries.Header) is null;
}

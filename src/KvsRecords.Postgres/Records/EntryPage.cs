using System.Buffers;
using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Records;

/// <summary>Some entries that follow each other, with those of their bodies that are not large.</summary>
internal sealed class EntryPage : IDisposable
{
    /// <summary>The most that keys, headers and bodies may take, in bytes. With half of it, mixed records took a third longer.</summary>
    public const int Room = 1024 * 1024;

    /// <summary>The longest body that a page holds, in bytes, at most two chunks. With a key, it always fits.</summary>
    public const int LargestBody = 384 * 1024;

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<int, RecordVersion> _wide = [];
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Room);
    private int _filled;

    public List<Entry> Entries => _entries;

    /// <summary>Says whether entries were left out for want of room.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Says whether an entry was seen that is beyond the range.</summary>
    public bool IsLast { get; private set; }

    public ReadOnlySpan<byte> Key(Entry entry) => _bytes.AsSpan(entry.Start, entry.KeyLength);

    public ReadOnlySpan<byte> Header(Entry entry) => _bytes.AsSpan(entry.Start + entry.KeyLength, EntryHeader.Size);

    /// <summary>The lengths, also of a body over 4 GiB.</summary>
    public EntryLengths Lengths(Entry entry) => EntryHeader.Lengths(Header(entry)) ?? _wide[entry.Start].Entry.Lengths;

    /// <summary>The bytes of a body that is in the page; empty where it is elsewhere.</summary>
    public ReadOnlyMemory<byte> Body(Entry entry) => _bytes.AsMemory(entry.Start + entry.KeyLength + EntryHeader.Size, entry.BodyLength);

    public void Clear()
    {
        _entries.Clear();
        _wide.Clear();
        (_filled, IsCut, IsLast) = (0, false, false);
    }

    /// <summary>Adds the entry of a row, unless it is beyond the range, or has no room.</summary>
    /// <returns>Whether another row may follow.</returns>
    public bool TryAdd(NpgsqlDataReader row, bool withBodies, KeyRange range)
    {
        var room = _bytes.AsMemory(0, Room)[_filled..];
        if (!withBodies && row.GetBytes(0, 0, null, 0, 0) + EntryHeader.Size > room.Length)
        {
            IsCut = true;
            return false;
        }

        var keyLength = Sql.Bytes(row, 0, room);
        var headerLength = Sql.Bytes(row, 1, room[keyLength..]);
        var key = room.Span[..keyLength];
        if (!range.Contains(key))
        {
            IsLast = true;
            return false;
        }

        if (!EntryHeader.Fits(room.Span.Slice(keyLength, headerLength), key) || RecordKey.WhyUtf8IsUnsafe(key) is not null)
            throw Damaged(Encoding.UTF8.GetString(key));

        var entry = new Entry(_filled, keyLength);
        _filled += keyLength + headerLength;
        if (withBodies)
        {
            entry = entry with
            {
                Object = row.IsDBNull(2) ? Guid.Empty : row.GetGuid(2),
                BodyLength = AddBytes(row, 3) + AddBytes(row, 4),
                LargeLength = row.IsDBNull(5) ? 0 : row.GetInt64(5),
            };
            IsCut = row.GetBoolean(6);
        }

        _entries.Add(entry);
        return true;
    }

    /// <summary>Looks up the lengths of bodies over 4 GiB, for which the header has no room: for them the whole row is read.</summary>
    public async Task ReadWideAsync(NpgsqlConnection database, StoreTotals totals, CancellationToken cancellationToken)
    {
        foreach (var entry in _entries)
        {
            if (EntryHeader.Lengths(Header(entry)) is not null)
                continue;

            var key = Encoding.UTF8.GetString(Key(entry));
            _wide[entry.Start] = await RecordRows.FindAsync(database, totals, key, cancellationToken)
                ?? throw new InvalidDataException($"The record '{key}' is damaged.");
        }
    }

    private int AddBytes(NpgsqlDataReader row, int column)
    {
        var length = row.IsDBNull(column) ? 0 : Sql.Bytes(row, column, _bytes.AsMemory(_filled, Room - _filled));
        _filled += length;
        return length;
    }

    public void Dispose()
    {
        _entries.Clear();
        if (Interlocked.Exchange(ref _bytes, []) is { Length: > 0 } bytes)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private static InvalidDataException Damaged(string key) => new RecordKey(key).WhyUnsafeToUnpack() is { } why
        ? Stored.UnsafeKey(key, why)
        : new InvalidDataException($"The header of the record '{key}' is damaged.");

    /// <summary>An entry in the page: its key, its header and its body follow each other, unless the body is a large one.</summary>
    /// <param name="Start">Where it begins.</param>
    /// <param name="KeyLength">The length of its key, in bytes.</param>
    /// <param name="BodyLength">That of its body, where it is in the page.</param>
    /// <param name="Object">Where its body is not beside its row; else empty.</param>
    /// <param name="LargeLength">The length of a body that is not in the page, in bytes.</param>
    internal readonly record struct Entry(int Start, int KeyLength, int BodyLength = 0, Guid Object = default, long LargeLength = 0);
}

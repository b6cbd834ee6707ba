using System.Text;
using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite;

/// <summary>
/// Members straight out of the pages of the database. What a row holds is read where it lies: as arrays, small bodies took 2.6 times as
/// long. Each stretch between two pauses is a transaction of its own.
/// </summary>
internal sealed unsafe class MemberReader(
    StoreTotals totals, KeyRange range, string? from, bool withBodies, Readers readers, BodyFiles files, Packs? packs, Action<long> wasRead)
    : IMemberReader
{
    private const int KeyColumn = 0;
    private const int HeaderColumn = 1;
    private const int FileColumn = 2;
    private const int BodyColumn = 3;

    private (string Key, bool Inclusive) _next = from is null ? range.StartAfter(null) : (from, true);
    private Database? _database;
    private SqliteDataReader? _rows;
    private NativeRow _row;

    // Rows are read up to the next pack, and then the pack, or what the central directory needs of it.
    private Pack? _ahead;
    private bool _hasLooked;
    private MemberPack? _pack;
    private PackEntries? _entries;
    private bool _isInEntries;
    private long _bodiesRead;

    // Of each member both are asked for three times.
    private (nint Start, int Length) _key;
    private (nint Start, int Length) _header;
    private bool _isOver = range.IsEmpty;

    public ReadOnlySpan<byte> Key => _isInEntries ? _entries!.Key : new((void*)_key.Start, _key.Length);

    public ReadOnlySpan<byte> Header => _isInEntries ? _entries!.Header : new((void*)_header.Start, _header.Length);

    public MemberPack? Pack => withBodies ? _pack : null;

    // Hardly ever asked for, so the row does not have it.
    public PackedRecord Record
    {
        get
        {
            var key = Encoding.UTF8.GetString(Key);
            return readers.Read(database => RecordTable.Find(database, totals, key))?.Packed
                ?? throw new InvalidDataException($"The record '{key}' is damaged.");
        }
    }

    public ReadOnlySpan<byte> Body
    {
        get
        {
            if (!withBodies)
                throw new InvalidOperationException("The bodies were not asked for.");

            _bodiesRead++;
            return _row.Bytes(BodyColumn);
        }
    }

    public bool IsInFile => !_row.IsNull(FileColumn);

    public SafeFileHandle OpenFile() => files.OpenRead(_row.Number(FileColumn));

    public bool MoveNext()
    {
        while (!_isOver)
        {
            if (_pack is not null)
            {
                if (_isInEntries && _entries!.MoveNext())
                    return true;
                LeavePack();
            }

            if (NextRow())
                return true;

            LetGo();
            if (_ahead is null)
                _isOver = true;
            else if (EnterPack() && withBodies)
                return true;
        }

        return false;
    }

    public void Pause()
    {
        if (_rows is null)
            return;

        _next = (Encoding.UTF8.GetString(Key), false);
        LetGo();
    }

    public void Dispose()
    {
        if (_pack is not null)
            LeavePack();
        _isOver = true;
        LetGo();
        wasRead(_bodiesRead);
        _bodiesRead = 0;
    }

    private bool NextRow()
    {
        if (_rows is null)
            Begin();
        try
        {
            return _rows!.Read() && IsInRange();
        }
        catch (SqliteException e)
        {
            throw Database.Fault(e);
        }
    }

    // One that cannot be opened any more is looked for again: then it is not known either, or its records are read one by one.
    private bool EnterPack()
    {
        (_pack, _hasLooked) = (_ahead!.TryOpen(), false);
        if (_pack is null)
        {
            packs!.Remove(_ahead);
            (_next, _ahead) = ((_ahead.First.Text, true), null);
            return false;
        }

        _next = (_ahead.Last.Text, false);
        _isInEntries = !withBodies;
        if (_isInEntries)
            (_entries ??= new PackEntries()).Begin(_pack);
        return true;
    }

    private void LeavePack()
    {
        _pack!.Dispose();
        (_pack, _isInEntries, _ahead) = (null, false, null);
    }

    private bool IsInRange()
    {
        _key = _row.PlaceOf(KeyColumn);
        _header = _row.PlaceOf(HeaderColumn);
        if (_header.Length != MemberHeader.Size)
            throw new InvalidDataException($"The header of the record '{Encoding.UTF8.GetString(Key)}' is damaged.");
        return range.Contains(Key);
    }

    private void Begin()
    {
        if (!_hasLooked)
            (_ahead, _hasLooked) = (packs?.Next(totals, new RecordKey(_next.Key), _next.Inclusive, range), true);
        _database = readers.Take();
        try
        {
            _rows = RecordTable.Members(_database, totals, _next.Key, _next.Inclusive, _ahead?.First.Text, withBodies).Open();
            _row = new NativeRow(_rows.Handle!);
        }
        catch
        {
            LetGo();
            throw;
        }
    }

    private void LetGo()
    {
        _rows?.Dispose();
        if (_database is not null)
            readers.GiveBack(_database);
        (_rows, _row, _database, _key, _header) = (null, default, null, default, default);
    }
}

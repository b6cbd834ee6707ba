using System.Text;
using KvsRecords.Archive;
using KvsRecords.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite;

/// <summary>
/// Members straight out of the pages of the database. What a row holds is read where it lies: as arrays, small bodies took 2.6 times as
/// long. Each stretch between two pauses is a transaction of its own.
/// </summary>
internal sealed unsafe class MemberReader(
    StoreTotals totals, KeyRange range, string? from, bool withBodies, Readers readers, BodyFiles files) : IMemberReader
{
    private const int KeyColumn = 0;
    private const int HeaderColumn = 1;
    private const int FileColumn = 2;
    private const int BodyColumn = 3;

    private (string Key, bool Inclusive) _next = from is null ? range.StartAfter(null) : (from, true);
    private Database? _database;
    private SqliteDataReader? _rows;
    private NativeRow _row;

    // Of each member both are asked for three times.
    private (nint Start, int Length) _key;
    private (nint Start, int Length) _header;
    private bool _isOver = range.IsEmpty;

    public ReadOnlySpan<byte> Key => new((void*)_key.Start, _key.Length);

    public ReadOnlySpan<byte> Header => new((void*)_header.Start, _header.Length);

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

    public ReadOnlySpan<byte> Body => withBodies
        ? _row.Bytes(BodyColumn)
        : throw new InvalidOperationException("The bodies were not asked for.");

    public bool IsInFile => !_row.IsNull(FileColumn);

    public SafeFileHandle OpenFile() => files.OpenRead(_row.Number(FileColumn));

    public bool MoveNext()
    {
        if (_isOver)
            return false;
        if (_rows is null)
            Begin();

        try
        {
            if (_rows!.Read() && IsInRange())
                return true;
        }
        catch (SqliteException e)
        {
            throw Database.Fault(e);
        }

        _isOver = true;
        LetGo();
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
        _isOver = true;
        LetGo();
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
        _database = readers.Take();
        try
        {
            _rows = RecordTable.Members(_database, totals, _next.Key, _next.Inclusive, withBodies).Open();
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

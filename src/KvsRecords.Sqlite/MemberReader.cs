using System.Text;
using KvsRecords.Archive;
using KvsRecords.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace KvsRecords.Sqlite;

/// <summary>
/// Members straight out of the pages of the database. What a row holds is read where it lies: as arrays, small bodies took 2.6 times as
/// long. Each stretch between two pauses is a transaction of its own.
/// </summary>
internal sealed class MemberReader(
    StoreTotals totals, KeyRange range, string? from, bool withBodies, Readers readers, BodyFiles files) : IMemberReader
{
    private const int KeyColumn = 0;
    private const int LengthColumn = 1;
    private const int PackedLengthColumn = 2;
    private const int Crc32Column = 3;
    private const int MethodColumn = 4;
    private const int ModifiedColumn = 5;
    private const int FileColumn = 6;
    private const int BodyColumn = 7;

    private (string Key, bool Inclusive) _next = from is null ? range.StartAfter(null) : (from, true);
    private Database? _database;
    private SqliteDataReader? _rows;
    private sqlite3_stmt? _row;
    private bool _isOver = range.IsEmpty;

    public ReadOnlySpan<byte> Key => raw.sqlite3_column_blob(_row, KeyColumn);

    public PackedRecord Record => new(
        (uint)raw.sqlite3_column_int64(_row, Crc32Column),
        raw.sqlite3_column_int64(_row, LengthColumn),
        raw.sqlite3_column_int64(_row, PackedLengthColumn),
        (PackingMethod)raw.sqlite3_column_int(_row, MethodColumn));

    public long Modified => raw.sqlite3_column_int64(_row, ModifiedColumn);

    public ReadOnlySpan<byte> Body => withBodies
        ? raw.sqlite3_column_blob(_row, BodyColumn)
        : throw new InvalidOperationException("The bodies were not asked for.");

    public bool IsInFile => raw.sqlite3_column_type(_row, FileColumn) != raw.SQLITE_NULL;

    public SafeFileHandle OpenFile() => files.OpenRead(raw.sqlite3_column_int64(_row, FileColumn));

    public bool MoveNext()
    {
        if (_isOver)
            return false;
        if (_rows is null)
            Begin();

        try
        {
            if (_rows!.Read() && range.Contains(Key))
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

    private void Begin()
    {
        _database = readers.Take();
        try
        {
            _rows = RecordTable.Members(_database, totals, _next.Key, _next.Inclusive, withBodies).Open();
            _row = _rows.Handle;
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
        (_rows, _row, _database) = (null, null, null);
    }
}

using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Sqlite.Database;
using KvsRecords.Stores;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite.Records;

/// <summary>
/// Rows of entries, straight out of the pages of the database. Their bytes are read in place: copied to arrays, small bodies took 2.6 times
/// as long. From opening to closing it is one transaction.
/// </summary>
internal sealed unsafe class EntryRows(StoreTotals totals, bool withBodies, Readers readers)
{
    private const int KeyColumn = 0;
    private const int HeaderColumn = 1;
    private const int FileColumn = 2;
    private const int BodyColumn = 3;

    private Connection? _database;
    private SqliteDataReader? _rows;
    private NativeRow _row;

    // Of each entry both are asked for three times.
    private (nint Start, int Length) _key;
    private (nint Start, int Length) _header;

    public bool IsOpen => _rows is not null;

    public ReadOnlySpan<byte> Key => new((void*)_key.Start, _key.Length);

    public ReadOnlySpan<byte> Header => new((void*)_header.Start, _header.Length);

    public ReadOnlySpan<byte> Body => _row.Bytes(BodyColumn);

    public bool IsInFile => !_row.IsNull(FileColumn);

    public long File => _row.Number(FileColumn);

    /// <summary>Begins at a key, or after it.</summary>
    public void Open(string from, bool inclusive)
    {
        _database = readers.Take();
        try
        {
            _rows = RecordTable.Entries(_database, totals, from, inclusive, withBodies);
            _row = new NativeRow(_rows.Handle!);
        }
        catch
        {
            Close();
            throw;
        }
    }

    public bool MoveNext()
    {
        try
        {
            if (!_rows!.Read())
                return false;
        }
        catch (SqliteException e)
        {
            throw Connection.Fault(e);
        }

        _key = _row.PlaceOf(KeyColumn);
        _header = _row.PlaceOf(HeaderColumn);
        if (EntryHeader.Fits(Header, Key) && RecordKey.WhyUtf8IsUnsafe(Key) is null)
            return true;

        var key = Encoding.UTF8.GetString(Key);
        throw RecordKey.WhyUtf8IsUnsafe(Key) is { } why
            ? Stored.UnsafeKey(key, why)
            : new InvalidDataException($"The header of the record '{key}' is damaged.");
    }

    public void Close()
    {
        _rows?.Dispose();
        if (_database is not null)
            readers.GiveBack(_database);
        (_rows, _row, _database, _key, _header) = (null, default, null, default, default);
    }
}

using System.Text;
using KvsRecords.Archive;
using KvsRecords.Storage;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite;

/// <summary>
/// The members of a store at a revision, row by row.
/// </summary>
internal sealed class MemberReader(
    StoreTotals totals, KeyRange range, string? from, bool withBodies, Readers readers, BodyFiles files) : IMemberReader
{
    // With a transaction for each, 2,000 bodies of 200 kB took a fifth longer.
    private const int MostFiles = 64;

    private readonly MemberRows _rows = new(totals, withBodies, readers);
    private readonly Queue<FileMember> _files = [];
    private (string Key, bool Inclusive) _next = from is null ? range.StartAfter(null) : (from, true);
    private FileMember? _file;
    private bool _isOver = range.IsEmpty;

    public ReadOnlySpan<byte> Key => _file is null ? _rows.Key : _file.Key;

    public ReadOnlySpan<byte> Header => _file is null ? _rows.Header : _file.Header;

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

            return _rows.Body;
        }
    }

    public bool IsInFile => _file is not null;

    public SafeFileHandle OpenFile() => files.OpenRead(_file!.File);

    public bool MoveNext()
    {
        while (!_isOver)
        {
            if (_files.TryDequeue(out _file))
                return true;
            if (!NextRow())
                Dispose();
            else if (withBodies && _rows.IsInFile)
                RememberFiles();
            else
                return true;
        }

        return false;
    }

    public void Pause()
    {
        if (_rows.IsOpen)
            CloseAfter(_rows.Key);
    }

    public void Dispose()
    {
        _isOver = true;
        _rows.Close();
    }

    private bool NextRow()
    {
        if (!_rows.IsOpen)
            _rows.Open(_next.Key, _next.Inclusive);
        return _rows.MoveNext() && range.Contains(_rows.Key);
    }

    private void CloseAfter(ReadOnlySpan<byte> key)
    {
        _next = (Encoding.UTF8.GetString(key), false);
        _rows.Close();
    }

    // To send a file is to wait, which must not be done in a transaction.
    private void RememberFiles()
    {
        FileMember last;
        do
            _files.Enqueue(last = new FileMember(_rows.Key.ToArray(), _rows.Header.ToArray(), _rows.File));
        while (_files.Count < MostFiles && _rows.MoveNext() && range.Contains(_rows.Key) && _rows.IsInFile);

        CloseAfter(last.Key);
    }

    private sealed record FileMember(byte[] Key, byte[] Header, long File);
}

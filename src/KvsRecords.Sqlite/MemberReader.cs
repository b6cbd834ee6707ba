using System.Text;
using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite;

/// <summary>
/// The members of a store at a revision: rows up to the next pack, the pack, and so on. A pack comes as a whole or member by member.
/// </summary>
internal sealed class MemberReader(
    StoreTotals totals, KeyRange range, string? from, bool withBodies, bool wholePacks, Readers readers, BodyFiles files, Packs? packs,
    Action<long> wasRead) : IMemberReader
{
    // With a transaction for each, 2,000 bodies of 200 kB took a fifth longer.
    private const int MostFiles = 64;

    private readonly MemberRows _rows = new(totals, withBodies, readers);
    private readonly Queue<FileMember> _files = [];
    private (string Key, bool Inclusive) _next = from is null ? range.StartAfter(null) : (from, true);
    private FileMember? _file;
    private Pack? _ahead;
    private bool _hasLooked;
    private MemberPack? _pack;
    private PackEntries? _entries;
    private bool _isInEntries;
    private long _oneByOne;
    private bool _isOver = range.IsEmpty;

    public ReadOnlySpan<byte> Key => _isInEntries ? _entries!.Key : _file is null ? _rows.Key : _file.Key;

    public ReadOnlySpan<byte> Header => _isInEntries ? _entries!.Header : _file is null ? _rows.Header : _file.Header;

    public MemberPack? Pack => wholePacks ? _pack : null;

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

            _oneByOne++;
            return _rows.Body;
        }
    }

    public bool IsInFile => _file is not null;

    public SafeFileHandle OpenFile()
    {
        if (MemberHeader.Lengths(Header) is { Packed: <= Packing.LongestBody })
            _oneByOne++;
        return files.OpenRead(_file!.File);
    }

    public bool MoveNext()
    {
        while (!_isOver)
        {
            if (_files.TryDequeue(out _file))
                return true;
            if (_pack is not null)
            {
                if (_isInEntries && _entries!.MoveNext())
                    return true;
                LeavePack();
            }

            if (NextRow())
            {
                if (!withBodies || !_rows.IsInFile)
                    return true;
                RememberFiles();
            }
            else
            {
                _rows.Close();
                if (_ahead is null)
                    _isOver = true;
                else if (EnterPack() && wholePacks)
                    return true;
            }
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
        LeavePack();
        _isOver = true;
        _rows.Close();
        wasRead(_oneByOne);
        _oneByOne = 0;
    }

    private bool NextRow()
    {
        if (!_hasLooked)
            (_ahead, _hasLooked) = (packs?.Next(totals, new RecordKey(_next.Key), _next.Inclusive, range), true);
        if (!_rows.IsOpen)
            _rows.Open(_next.Key, _next.Inclusive, _ahead?.First.Text);
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
        _isInEntries = !wholePacks;
        if (_isInEntries)
            (_entries ??= new PackEntries()).Begin(_pack);
        return true;
    }

    private void LeavePack()
    {
        _pack?.Dispose();
        (_pack, _isInEntries, _ahead) = (null, false, null);
    }

    private sealed record FileMember(byte[] Key, byte[] Header, long File);
}

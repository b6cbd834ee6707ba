using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Sqlite.Bodies;
using KvsRecords.Sqlite.Database;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite.Records;

/// <summary>
/// The entries of a store at a revision, row by row.
/// </summary>
internal sealed class EntryReader(
    StoreTotals totals, KeyRange range, string? from, bool withBodies, Readers readers, BodyFiles files) : ICompressedEntries
{
    // With a transaction for each, 2,000 bodies of 200 kB took a fifth longer.
    private const int MaxFiles = 64;

    private readonly EntryRows _rows = new(totals, withBodies, readers);
    private readonly Queue<FileEntry> _files = [];
    private (string Key, bool Inclusive) _next = from is null ? range.StartAfter(null) : (from, true);
    private FileEntry? _file;
    private SafeFileHandle? _body;
    private bool _isLoaded;
    private bool _isOver = range.IsEmpty;

    public ReadOnlySpan<byte> Key => _file is null ? _rows.Key : _file.Key;

    public ReadOnlySpan<byte> Header => _file is null ? _rows.Header : _file.Header;

    // Only bodies over 4 GiB have lengths that the header has no room for: for them the whole row is read.
    public EntryLengths Lengths
    {
        get
        {
            if (EntryHeader.Lengths(Header) is { } lengths)
                return lengths;

            var key = Encoding.UTF8.GetString(Key);
            return readers.Read(database => RecordTable.Find(database, totals, key))?.Entry.Lengths
                ?? throw new InvalidDataException($"The record '{key}' is damaged.");
        }
    }

    public ReadOnlySpan<byte> Body => _rows.Body;

    public bool IsInline => _file is null;

    // A transaction must not be open while a client is waited for, and files are read in between.
    public ValueTask<int> ReadBodyAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _body ??= OpenBody();
        var read = RandomAccess.Read(_body, buffer.Span, offset);
        return new(read > 0 ? read : throw new InvalidDataException($"A file ends after {offset} of {Lengths.Compressed} bytes."));
    }

    // All that there is, is one page.
    public ValueTask<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var isFirst = !_isLoaded;
        _isLoaded = true;
        return new(isFirst && !_isOver);
    }

    public bool MoveNext()
    {
        CloseBody();
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
        CloseBody();
        _rows.Close();
    }

    private SafeFileHandle OpenBody()
    {
        var file = files.OpenRead(_file!.File);
        var (length, expected) = (RandomAccess.GetLength(file), Lengths.Compressed);
        if (length == expected)
            return file;

        file.Dispose();
        throw new InvalidDataException($"A body is {length} bytes long instead of {expected}.");
    }

    private void CloseBody()
    {
        _body?.Dispose();
        _body = null;
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

    // Sending a file means waiting, which must not be done in a transaction.
    private void RememberFiles()
    {
        FileEntry last;
        do
            _files.Enqueue(last = new FileEntry(_rows.Key.ToArray(), _rows.Header.ToArray(), _rows.File));
        while (_files.Count < MaxFiles && _rows.MoveNext() && range.Contains(_rows.Key) && _rows.IsInFile);

        CloseAfter(last.Key);
    }

    private sealed record FileEntry(byte[] Key, byte[] Header, long File);
}

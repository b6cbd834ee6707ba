using KvsRecords.Storage;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Folder;

/// <summary>The bytes of a record's file, read where the caller stands.</summary>
/// <remarks>
/// A <see cref="FileStream"/> hands each asynchronous read to another thread. For an archive of 50,000 records of 1 kB that took half
/// as much processor time again: the reads themselves come from the page cache and take a few microseconds.
/// </remarks>
internal sealed class RecordFileStream(SafeFileHandle file) : ReadOnlyStream
{
    private long _position;

    public override long Length => RandomAccess.GetLength(file);

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(file, buffer, _position);
        _position += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }
}

using KvsRecords.Storage;
using KvsRecords.Stores;
using KvsRecords.Unix;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Folder;

/// <summary>The bytes of a record's file, read where the caller stands.</summary>
/// <remarks>
/// A <see cref="FileStream"/> hands each asynchronous read to another thread. For an archive of 50,000 records of 1 kB that took half
/// as much processor time again: the reads themselves come from the page cache and take a few microseconds.
/// </remarks>
/// <param name="file">The file, which is closed with the stream.</param>
/// <param name="version">The state in which it must be until its last byte is read; null: any.</param>
/// <param name="key">The key of the record, for the message when it is not.</param>
internal sealed class RecordFileStream(SafeFileHandle file, FileStamp? version = null, RecordKey key = default) : ReadOnlyStream
{
    private long _position;

    public override long Length => RandomAccess.GetLength(file);

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(file, buffer, _position);
        _position += read;

        // Only now: a writer sets the time before it changes the first byte.
        if (_position >= version?.Length)
            CheckVersion();
        return read;
    }

    /// <exception cref="RecordChangedException">The file is in another state.</exception>
    public void CheckVersion()
    {
        if (version is { } expected && FileStatus.Of(file).Stamp != expected)
            throw new RecordChangedException(key.Text);
    }

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }
}

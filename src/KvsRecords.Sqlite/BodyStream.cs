using KvsRecords.Storage;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Sqlite;

/// <summary>
/// The bytes of a body file, read where the caller stands: they come from the page cache as a rule, and then to hand each read to
/// another thread takes longer than to read.
/// </summary>
internal sealed class BodyStream(SafeFileHandle file) : ReadOnlyStream
{
    private long _position;

    public override bool CanSeek => true;

    public override long Length => RandomAccess.GetLength(file);

    public override long Position { get => _position; set => _position = value; }

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(file, buffer, _position);
        _position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => _position = PositionOf(offset, origin);

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }
}

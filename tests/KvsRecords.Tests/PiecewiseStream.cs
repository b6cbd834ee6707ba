namespace KvsRecords.Tests;

/// <summary>Gives its bytes in pieces, as a slow disk or a network does, and fails where it is told to.</summary>
internal sealed class PiecewiseStream(ReadOnlyMemory<byte> bytes, int piece, int failsAt, Action closed) : Stream
{
    private int _position;
    private bool _isClosed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        var count = Math.Min(Math.Min(buffer.Length, piece), bytes.Length - _position);
        if (_position + count > failsAt || _position == failsAt)
        {
            count = failsAt - _position;
            if (count == 0)
                throw new IOException("The disk is on fire.");
        }

        bytes.Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (piece != int.MaxValue)
            await Task.Yield();
        return Read(buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (!_isClosed)
            closed();
        _isClosed = true;
        base.Dispose(disposing);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

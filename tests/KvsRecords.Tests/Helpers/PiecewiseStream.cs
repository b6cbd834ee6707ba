using KvsRecords.Storage;

namespace KvsRecords.Tests;

/// <summary>Gives its bytes in pieces, as a slow disk or a network does, and fails at a given byte.</summary>
internal sealed class PiecewiseStream(ReadOnlyMemory<byte> bytes, int piece, int failsAt, Action closed) : ReadOnlyStream
{
    private int _position;
    private bool _isClosed;

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
}

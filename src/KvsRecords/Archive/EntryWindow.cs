using System.Buffers;
using System.IO.Pipelines;

namespace KvsRecords.Archive;

/// <summary>
/// The stream that <see cref="System.IO.Compression.ZipArchive"/> writes to: it holds the bytes since the last <see cref="DrainAsync"/>,
/// lets the archive seek back within them, and hands them to the output only when asked.
/// </summary>
/// <remarks>
/// Two things follow. The archive can put CRC and sizes into the local header of the entry in the window, so that no data
/// descriptor is needed. And its writes are synchronous but end in memory, so that the connection is only ever written to
/// asynchronously, and nothing is on the wire that was not handed on: after a fault the end record, which ZipArchive writes
/// on any account when it is disposed, goes nowhere.
/// </remarks>
internal sealed class EntryWindow(PipeWriter output) : Stream
{
    // Each is flushed by itself. Flushes of 4 KiB made a plain download 1.7 to 1.9 times slower than flushes of 512 KiB; from 64 KiB
    // on, compressing dominates. It is also below the size from which arrays live in the large object heap.
    private const int ChunkSize = 64 * 1024;

    private readonly List<byte[]> _chunks = [];
    private bool _canSeek = true;
    private long _start;
    private long _position;
    private long _end;

    /// <summary>
    /// Tells whether the archive may seek back. False for an entry that is too long to be held: it gets a data descriptor.
    /// </summary>
    public override bool CanSeek => _canSeek;

    /// <summary>Counts the bytes that were handed to the output.</summary>
    public long Drained { get; private set; }

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override long Length => _end;

    public override long Position
    {
        get => _position;
        set => _position = value >= _start && value <= _end
            ? value
            : throw new IOException($"The archive went back to {value}, outside of what is held ({_start} to {_end}).");
    }

    /// <summary>Decides whether the next entry is held until it is complete.</summary>
    public void HoldNextEntry(bool hold) => _canSeek = hold;

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => _end + offset,
    };

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var (chunk, offset) = Math.DivRem(_position - _start, ChunkSize);
            if (chunk == _chunks.Count)
                _chunks.Add(ArrayPool<byte>.Shared.Rent(ChunkSize));

            var room = _chunks[(int)chunk].AsSpan((int)offset, ChunkSize - (int)offset);
            var now = buffer[..Math.Min(room.Length, buffer.Length)];
            now.CopyTo(room);
            buffer = buffer[now.Length..];
            _position += now.Length;
            _end = Math.Max(_end, _position);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    /// <summary>Hands everything held on to the output, and waits while the reader of the output is slower.</summary>
    /// <param name="flush">Whether the bytes must be on their way when this returns; otherwise a few may wait for more.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The reader of the output has gone.</exception>
    public async ValueTask DrainAsync(bool flush, CancellationToken cancellationToken)
    {
        // Only bytes that are flushed at once reach the output: a fault before the first byte can still be answered properly.
        var left = _end - _start;
        if (!flush && left < ChunkSize)
            return;

        foreach (var chunk in _chunks)
        {
            var now = (int)Math.Min(left, ChunkSize);
            output.Write(chunk.AsSpan(0, now));
            left -= now;
            Drained += now;
            var result = await output.FlushAsync(cancellationToken);
            if (result.IsCompleted || result.IsCanceled)
                throw new OperationCanceledException("The reader of the archive has gone.");
        }

        Forget();
        _start = _position = _end;
    }

    private void Forget()
    {
        _chunks.ForEach(chunk => ArrayPool<byte>.Shared.Return(chunk));
        _chunks.Clear();
    }

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        Forget();
        base.Dispose(disposing);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

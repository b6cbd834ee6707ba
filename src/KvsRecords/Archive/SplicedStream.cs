using System.IO.Pipelines;
using KvsRecords.Storage;

namespace KvsRecords.Archive;

/// <summary>
/// A spliced archive as a stream that can be sought, for answering ranges and conditions. Reading it anywhere MUST give the bytes
/// that the whole archive has there.
/// </summary>
public sealed class SplicedStream(SplicedArchive archive) : ReadOnlyStream
{
    private CancellationTokenSource? _stop;
    private PipeReader? _reader;
    private Task _writing = Task.CompletedTask;
    private long _position;

    /// <summary>The bytes that reads have given, wherever in the archive.</summary>
    public long BytesRead { get; private set; }

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override long Length => archive.Length;

    /// <inheritdoc/>
    public override long Position { get => _position; set => Seek(value, SeekOrigin.Begin); }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        var position = PositionOf(offset, origin);
        ArgumentOutOfRangeException.ThrowIfNegative(position, nameof(offset));
        if (_reader is not null && position != _position)
            throw new NotSupportedException("An archive that is being read cannot be sought.");
        return _position = position;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _position >= Length)
            return 0;

        _reader ??= Begin();
        var result = await _reader.ReadAsync(cancellationToken);
        if (result.Buffer.IsEmpty)
        {
            // Only the last byte brings the end, so there was a fault.
            await _writing;
            throw new EndOfStreamException($"The archive ends after {_position} of its {Length} bytes.");
        }

        var piece = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        foreach (var segment in piece)
        {
            segment.CopyTo(buffer);
            buffer = buffer[segment.Length..];
        }

        var read = (int)piece.Length;
        _reader.AdvanceTo(piece.End);
        _position += read;
        BytesRead += read;
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_reader is not null)
        {
            await _stop!.CancelAsync();
            await _reader.CompleteAsync();

            // There is no reader left to receive its faults.
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
            _reader = null;
        }

        await base.DisposeAsync();
    }

    private PipeReader Begin()
    {
        var pipe = new Pipe(new PipeOptions(useSynchronizationContext: false));
        _stop = new CancellationTokenSource();
        _writing = Task.Run(() => WriteAsync(pipe.Writer, _stop.Token));
        return pipe.Reader;
    }

    private async Task WriteAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        try
        {
            await archive.WriteAsync(output, _position, cancellationToken);
            await output.CompleteAsync();
        }
        catch (Exception e)
        {
            // The reader receives the fault after the bytes before it.
            await output.CompleteAsync(e);
        }
    }
}

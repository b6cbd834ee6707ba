namespace KvsRecords.Storage;

/// <summary>
/// An opened record as a stream that can be sought forward, for answering a range: what lies before is read and dropped,
/// since the source of a compressed value cannot begin in its middle. Disposing it closes the record.
/// </summary>
public sealed class RecordStream(RecordContent content) : ReadOnlyStream
{
    private const int SkipSize = 64 * 1024;

    private long _read;
    private long _position;

    /// <summary>The bytes that reads have given, without those that were left out.</summary>
    public long BytesRead { get; private set; }

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override long Length => content.Length;

    /// <inheritdoc/>
    public override long Position { get => _position; set => Seek(value, SeekOrigin.Begin); }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        var position = PositionOf(offset, origin);
        if (position < _read)
            throw new NotSupportedException("A record is read forward only.");
        return _position = position;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read < _position)
            await SkipAsync(cancellationToken);
        if (_read < _position)
            return 0;

        var read = await content.ReadAsync(buffer, cancellationToken);
        _position = _read += read;
        BytesRead += read;
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await content.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Local files and memory are closed at once.
        if (disposing)
            content.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose(disposing);
    }

    private async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[(int)Math.Min(SkipSize, _position - _read)];
        while (_read < _position)
        {
            var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, _position - _read)), cancellationToken);
            if (read == 0)
                return;
            _read += read;
        }
    }
}

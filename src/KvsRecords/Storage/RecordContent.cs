namespace KvsRecords.Storage;

/// <summary>An opened record: what is known of it first, then its bytes as a stream. Disposing it closes the stream.</summary>
/// <param name="body">The value, from its first byte; at least <paramref name="length"/> bytes, unless the source fails.</param>
/// <param name="length">The length of the value, in bytes. What a source gains after opening is not part of it.</param>
/// <param name="lastModified">When the value was last changed.</param>
/// <param name="contentType">The content type where the source knows it without another look, else null.</param>
/// <param name="version">A version that no other value of the record had or will have, or null.</param>
public sealed class RecordContent(Stream body, long length, DateTimeOffset lastModified, string? contentType, string? version = null)
    : IAsyncDisposable
{
    /// <summary>The length of the value, in bytes.</summary>
    public long Length => length;

    /// <summary>Gives the time when the value was last changed.</summary>
    public DateTimeOffset LastModified => lastModified;

    /// <summary>The content type where the source knows it without another look, else null.</summary>
    public string? ContentType => contentType;

    /// <summary>
    /// Gives a version that no other value of the key had or will have, also after a restart: letters, digits and dashes. Null where the
    /// source cannot tell.
    /// </summary>
    public string? Version => version;

    private long _position;

    /// <summary>
    /// Reads the next bytes. MUST give exactly <see cref="Length"/> bytes over all calls and then 0; MUST throw
    /// <see cref="EndOfStreamException"/> when the source ends before that (a record that shrank is not whole), and
    /// <see cref="InvalidDataException"/> when the source keeps checksums and the bytes are damaged.
    /// </summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var left = length - _position;
        if (left == 0 || buffer.IsEmpty)
            return 0;

        var read = await body.ReadAsync(buffer.Length > left ? buffer[..(int)left] : buffer, cancellationToken);
        if (read == 0)
            throw new EndOfStreamException($"The record ends after {_position} of its {length} bytes.");

        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => body.DisposeAsync();
}

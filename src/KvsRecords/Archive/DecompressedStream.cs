using System.IO.Compression;
using System.IO.Hashing;
using KvsRecords.Storage;

namespace KvsRecords.Archive;

/// <summary>
/// The value of a compressed record. MUST throw <see cref="InvalidDataException"/> when the compressed bytes are damaged, and MUST do so
/// before it gives the last byte: a reader that has got all bytes has what was written.
/// </summary>
public sealed class DecompressedStream : ReadOnlyStream
{
    private readonly CompressedEntry _record;
    private readonly bool _isRemote;
    private readonly Stream _plain;
    private readonly Crc32 _crc = new();
    private long _position;

    /// <param name="record">What is known of the record.</param>
    /// <param name="compressed">Its compressed bytes and no others; disposed with this stream.</param>
    /// <param name="isRemote">Whether reading them means waiting for a network: then they are only read asynchronously.</param>
    /// <exception cref="InvalidDataException">They are damaged, as can be seen without reading them.</exception>
    public DecompressedStream(CompressedEntry record, Stream compressed, bool isRemote = false)
    {
        (_record, _isRemote) = (record, isRemote);
        if (compressed.CanSeek && compressed.Length != record.CompressedLength)
            throw Damaged($"{compressed.Length} compressed bytes are there instead of {record.CompressedLength}");
        _plain = record.Method == CompressionMethod.Deflated ? new DeflateStream(compressed, CompressionMode.Decompress) : compressed;
        if (record.Length == 0 && !isRemote)
            CheckWhole(ReadPlain(stackalloc byte[1]));
    }

    /// <inheritdoc/>
    public override long Length => _record.Length;

    /// <inheritdoc/>
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var room = (int)Math.Min(buffer.Length, _record.Length - _position);
        if (room == 0)
            return 0;

        var read = ReadPlain(buffer[..room]);
        if (Count(buffer[..read]))
            CheckWhole(ReadPlain(stackalloc byte[1]));
        return read;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _isRemote ? ReadRemoteAsync(buffer, cancellationToken) : base.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _plain.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadRemoteAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var room = (int)Math.Min(buffer.Length, _record.Length - _position);
        if (room == 0)
            return 0;

        var read = await ReadPlainAsync(buffer[..room], cancellationToken);
        if (Count(buffer.Span[..read]))
            CheckWhole(await ReadPlainAsync(new byte[1], cancellationToken));
        return read;
    }

    private async ValueTask<int> ReadPlainAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _plain.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw CannotBeInflated(e);
        }
    }

    // True when that was all.
    private bool Count(ReadOnlySpan<byte> read)
    {
        if (read.IsEmpty)
            throw Damaged($"it ends after {_position} of its {_record.Length} bytes");

        _crc.Append(read);
        _position += read.Length;
        return _position == _record.Length;
    }

    private void CheckWhole(int more)
    {
        if (more > 0)
            throw Damaged($"it goes on after its {_record.Length} bytes");
        if (_crc.GetCurrentHashAsUInt32() != _record.Crc32)
            throw Damaged("its CRC-32 is another one");
    }

    // The inflater's own messages about damaged bytes speak of archives and methods.
    private int ReadPlain(Span<byte> buffer)
    {
        try
        {
            return _plain.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw CannotBeInflated(e);
        }
    }

    private static InvalidDataException CannotBeInflated(InvalidDataException cause) => Damaged("it cannot be inflated", cause);

    private static InvalidDataException Damaged(string how, Exception? cause = null) => new($"The record is damaged: {how}.", cause);
}

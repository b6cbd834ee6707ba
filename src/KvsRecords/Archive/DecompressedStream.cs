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
    private readonly Stream _plain;
    private readonly Crc32 _crc = new();
    private long _position;

    /// <param name="record">What is known of the record.</param>
    /// <param name="compressed">Its compressed bytes and no others; disposed with this stream.</param>
    /// <exception cref="InvalidDataException">They are damaged, as can be seen without reading them.</exception>
    public DecompressedStream(CompressedEntry record, Stream compressed)
    {
        _record = record;
        if (compressed.CanSeek && compressed.Length != record.CompressedLength)
            throw Damaged($"{compressed.Length} compressed bytes are there instead of {record.CompressedLength}");
        _plain = record.Method == CompressionMethod.Deflated ? new DeflateStream(compressed, CompressionMode.Decompress) : compressed;
        if (record.Length == 0)
            CheckWhole();
    }

    /// <inheritdoc/>
    public override long Length => _record.Length;

    /// <inheritdoc/>
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var left = _record.Length - _position;
        if (left == 0 || buffer.IsEmpty)
            return 0;

        var read = ReadPlain(buffer.Length > left ? buffer[..(int)left] : buffer);
        if (read == 0)
            throw Damaged($"it ends after {_position} of its {_record.Length} bytes");

        _crc.Append(buffer[..read]);
        _position += read;
        if (read == left)
            CheckWhole();
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _plain.Dispose();
        base.Dispose(disposing);
    }

    private void CheckWhole()
    {
        if (ReadPlain(stackalloc byte[1]) > 0)
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
            throw Damaged("it cannot be inflated", e);
        }
    }

    private static InvalidDataException Damaged(string how, Exception? cause = null) => new($"The record is damaged: {how}.", cause);
}

using System.IO.Hashing;
using KvsRecords.Storage;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>
/// A value that is being loaded. A fault in reading it MUST name the value, which tells the fault apart from one in writing.
/// </summary>
/// <param name="read">Reads on in the value; 0 at its end.</param>
/// <param name="place">The place of the value, for messages.</param>
/// <param name="checksum">The CRC-32 that it must have at its end; null: it is not known.</param>
/// <param name="body">Is closed with it; or null.</param>
internal sealed class SeedStream(
    Func<Memory<byte>, CancellationToken, ValueTask<int>> read, string place, uint? checksum, IDisposable? body = null) : ReadOnlyStream
{
    // More than enough to guess a content type.
    private const int BeginningSize = 512;

    private readonly Crc32 _crc = new();
    private ReadOnlyMemory<byte> _beginning;

    /// <summary>The number of bytes that were read so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Reads the first bytes, which later reads give again. To be called before any other read.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[BeginningSize];
        var length = await ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return _beginning = buffer.AsMemory(0, length);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_beginning.IsEmpty)
            return await ReadOnAsync(buffer, cancellationToken);

        var length = Math.Min(_beginning.Length, buffer.Length);
        _beginning[..length].CopyTo(buffer);
        _beginning = _beginning[length..];
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        body?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadOnAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var length = buffer.IsEmpty ? 0 : await read(buffer, cancellationToken);
            BytesRead += length;
            if (checksum is null)
                return length;

            _crc.Append(buffer.Span[..length]);
            if (length == 0 && !buffer.IsEmpty && _crc.GetCurrentHashAsUInt32() != checksum)
                throw new InvalidDataException("its bytes are damaged (the checksum is another one)");
            return length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Unreadable(place, e);
        }
    }

    public static IOException Unreadable(string place, Exception cause) => new($"{place} cannot be read: {cause.Message.TrimEnd('.')}", cause);
}

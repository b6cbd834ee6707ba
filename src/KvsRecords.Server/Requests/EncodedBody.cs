using System.Buffers;
using KvsRecords.Server.Errors;
using KvsRecords.Storage;

namespace KvsRecords.Server.Requests;

/// <summary>
/// A body that is decoded while it is read. Decoding MUST cost in proportion to the bytes that came: a few bytes of brotli can stand for
/// gigabytes, and its decoder fills up to 16 MiB before it gives the first byte.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="turns">The turns that a brotli decoder waits for; null for another encoding.</param>
internal sealed class EncodedBody(Stream body, BrotliTurns? turns) : ReadOnlyStream
{
    /// <summary>Limits how many decoded bytes one byte may stand for, on average. DEFLATE comes to 1,032 at most.</summary>
    public const int MaxRatio = 1_100;

    // Up to here the ratio does not matter, since a body without any encoding may have as many bytes.
    private const long MaxUnproportional = 64 * 1024 * 1024;

    // So much of a body comes before its decoder takes a turn: a short body from a slow client then holds no turn while it comes.
    private const int HeadSize = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private byte[]? _rented;
    private ReadOnlyMemory<byte> _head;
    private long _read;
    private bool _hasTurn;

    /// <exception cref="RequestRefusedException">So many bytes, decoded, are out of proportion to what came.</exception>
    public void Admit(long decoded)
    {
        if (decoded > MaxUnproportional && decoded / MaxRatio > _read)
            throw new RequestRefusedException(ApiError.ExpandsTooFar(MaxRatio));
    }

    /// <exception cref="RequestRefusedException">As many bodies are being decoded as may be at once.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (turns is not null && !_hasTurn)
            await BeginAsync(turns, cancellationToken);
        if (_head.IsEmpty)
            return await ReadOnAsync(buffer, cancellationToken);

        var length = Math.Min(_head.Length, buffer.Length);
        _head[..length].CopyTo(buffer);
        _head = _head[length..];
        return length;
    }

    private async ValueTask BeginAsync(BrotliTurns turn, CancellationToken cancellationToken)
    {
        var head = _rented = ArrayPool<byte>.Shared.Rent(HeadSize);
        var length = await body.ReadAtLeastAsync(head.AsMemory(0, HeadSize), HeadSize, throwOnEndOfStream: false, cancellationToken);
        _read += length;
        _head = head.AsMemory(0, length);
        _hasTurn = await turn.WaitAsync(Patience, cancellationToken);
        if (!_hasTurn)
            throw new RequestRefusedException(ApiError.TooManyBodies(BrotliTurns.Max));
    }

    private async ValueTask<int> ReadOnAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        _read += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        // The body itself is the web server's.
        if (disposing && _hasTurn)
            turns!.Release();
        if (disposing && _rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        (_hasTurn, _rented, _head) = (false, null, default);
        base.Dispose(disposing);
    }
}

/// <summary>The turns of requests to decode brotli: only some bodies are decoded at once, and the others wait.</summary>
internal sealed class BrotliTurns() : SemaphoreSlim(Max)
{
    /// <summary>Limits the bodies that are decoded at once. Each keeps up to 16 MiB of its decoded bytes.</summary>
    public const int Max = 8;
}

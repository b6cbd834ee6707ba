using System.Buffers;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Archive;

/// <summary>An opened record whose beginning has been read; as a rule that is all of it.</summary>
internal sealed class ReadRecord : IAsyncDisposable
{
    // Nearly all records of crawlers are shorter, and are closed before they are compressed.
    private const int MaxBeginning = 64 * 1024;

    private readonly byte[] _buffer;
    private readonly int _read;
    private RecordStream? _rest;

    private ReadRecord(RecordKey key, RecordContent content, RecordStream rest, byte[] buffer, int read)
    {
        Key = key;
        Length = content.Length;
        LastModified = content.LastModified;
        ContentType = content.ContentType;
        _buffer = buffer;
        _read = read;
        _rest = rest;
    }

    public RecordKey Key { get; }

    public long Length { get; }

    public DateTimeOffset LastModified { get; }

    public string? ContentType { get; }

    public ReadOnlySpan<byte> Beginning => _buffer.AsSpan(0, _read);

    /// <returns>Null when the record has been deleted.</returns>
    /// <exception cref="IOException">It is there and cannot be read; the message names its key.</exception>
    public static async ValueTask<ReadRecord?> OpenAsync(IRecordSnapshot snapshot, RecordKey key, CancellationToken cancellationToken)
    {
        RecordContent? content = null;
        try
        {
            content = await snapshot.OpenAsync(key, cancellationToken);
            if (content is null)
                return null;

            var length = (int)Math.Min(content.Length, MaxBeginning);
            var buffer = ArrayPool<byte>.Shared.Rent(length);
            var rest = new RecordStream(content);
            var read = await rest.ReadAtLeastAsync(buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken);
            var record = new ReadRecord(key, content, rest, buffer, read);
            if (read == content.Length)
                await record.CloseAsync();
            return record;
        }
        catch (Exception e)
        {
            if (content is not null)
                await content.DisposeAsync();
            throw e is OperationCanceledException or RecordChangedException ? e : Unreadable(key, e);
        }
    }

    /// <summary>Reads on behind the beginning, as much as the buffer holds; 0 at the end.</summary>
    /// <exception cref="IOException">It cannot be read; the message names its key.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            // What is deflated at once decides the bytes that come out: it must not depend on how the source happens to cut it.
            return _rest is null ? 0 : await _rest.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or RecordChangedException))
        {
            throw Unreadable(Key, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        await CloseAsync();
    }

    private async ValueTask CloseAsync()
    {
        if (_rest is not null)
            await _rest.DisposeAsync();
        _rest = null;
    }

    private static IOException Unreadable(RecordKey key, Exception cause) => new($"The record '{key}' cannot be read: {cause.Message}", cause);
}

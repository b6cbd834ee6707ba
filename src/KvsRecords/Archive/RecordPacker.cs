using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;

namespace KvsRecords.Archive;

/// <summary>
/// Packs a value as the ZIP member that it will become, once, when it is written: a download then compresses nothing.
/// </summary>
/// <typeparam name="TFile">What large ones are written to.</typeparam>
/// <param name="mostInMemory">How many packed bytes are kept in memory; more go to a file.</param>
/// <param name="openFile">
/// MUST give an empty stream that can be written, read and sought. The packer disposes those that nobody gets from it.
/// </param>
public sealed class RecordPacker<TFile>(int mostInMemory, Func<TFile> openFile)
    where TFile : Stream
{
    // More does not pack better, and this is held for each value that is being written.
    private const int ReadSize = 64 * 1024;

    /// <summary>
    /// Packs a value in one pass over it. MUST give the same bytes for the same value and content type, however the source cuts it;
    /// MUST store what deflating does not make smaller; MUST NOT hold more than a few buffers beside what it may keep in memory.
    /// </summary>
    /// <param name="value">The value, from where the stream stands to its end. It is not disposed.</param>
    /// <param name="contentType">The content type, or null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async ValueTask<PackedBody<TFile>> PackAsync(Stream value, string? contentType, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        PackedBytes<TFile>? packed = new(mostInMemory, openFile);
        try
        {
            var record = await PackAsync(value, contentType, buffer.AsMemory(0, ReadSize), packed, cancellationToken);
            if (record is { Method: PackingMethod.Deflated } && record.PackedLength >= record.Length)
            {
                packed = Unpack(packed, buffer.AsSpan(0, ReadSize));
                record = record with { Method = PackingMethod.Stored, PackedLength = record.Length };
            }

            packed.Flush();
            var body = new PackedBody<TFile>(record, packed);
            packed = null;
            return body;
        }
        finally
        {
            packed?.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<PackedRecord> PackAsync(
        Stream value, string? contentType, Memory<byte> buffer, PackedBytes<TFile> packed, CancellationToken cancellationToken)
    {
        var crc = new Crc32();
        var length = 0L;
        // What is deflated at once decides the bytes that come out: it must not depend on how the source happens to cut it.
        var read = await value.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var isWorthIt = read > 0 && CompressionChoice.IsWorthTrying(buffer.Span[..read], isAll: read < buffer.Length, contentType);
        using (var deflate = isWorthIt ? new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true) : null)
        {
            var target = (Stream?)deflate ?? packed;
            while (read > 0)
            {
                crc.Append(buffer.Span[..read]);
                target.Write(buffer.Span[..read]);
                length += read;
                read = read < buffer.Length
                    ? 0
                    : await value.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            }
        }

        var method = isWorthIt ? PackingMethod.Deflated : PackingMethod.Stored;
        return new PackedRecord(crc.GetCurrentHashAsUInt32(), length, packed.Length, method);
    }

    // The value itself is gone by now (it may have come from a network). Its beginning promised more than the rest of it kept.
    private PackedBytes<TFile> Unpack(PackedBytes<TFile> deflated, Span<byte> buffer)
    {
        var stored = new PackedBytes<TFile>(mostInMemory, openFile);
        try
        {
            using (deflated)
            using (var inflate = new DeflateStream(deflated.OpenRead(), CompressionMode.Decompress, leaveOpen: true))
            {
                while (inflate.Read(buffer) is > 0 and var read)
                    stored.Write(buffer[..read]);
            }

            return stored;
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }
}

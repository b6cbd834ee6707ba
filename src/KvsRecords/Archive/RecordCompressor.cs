using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;

namespace KvsRecords.Archive;

/// <summary>Compresses a value as a ZIP entry, once, when it is written: a download then compresses nothing.</summary>
/// <typeparam name="TFile">The kind of stream that large values are written to.</typeparam>
/// <param name="mostInMemory">How many compressed bytes are kept in memory; more go to a file.</param>
/// <param name="openFile">
/// MUST give an empty stream that can be written, read and sought. The compressor disposes those that it does not give away.
/// </param>
public sealed class RecordCompressor<TFile>(int mostInMemory, Func<TFile> openFile)
    where TFile : Stream
{
    // More does not compress better, and this is held for each value that is being written.
    private const int ReadSize = 64 * 1024;

    /// <summary>
    /// Compresses a value in one pass over it. MUST give the same bytes for the same value and content type, however the source cuts it;
    /// MUST store what deflating does not make smaller; MUST NOT hold more than a few buffers beside what it may keep in memory.
    /// </summary>
    /// <param name="value">The value, from where the stream stands to its end. It is not disposed.</param>
    /// <param name="contentType">The content type, or null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async ValueTask<CompressedBody<TFile>> CompressAsync(Stream value, string? contentType, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        SpillingStream<TFile>? compressed = new(mostInMemory, openFile);
        try
        {
            var record = await CompressAsync(value, contentType, buffer.AsMemory(0, ReadSize), compressed, cancellationToken);
            if (record is { Method: CompressionMethod.Deflated } && record.CompressedLength >= record.Length)
            {
                compressed = Decompress(compressed, buffer.AsSpan(0, ReadSize));
                record = record with { Method = CompressionMethod.Stored, CompressedLength = record.Length };
            }

            compressed.Flush();
            var body = new CompressedBody<TFile>(record, compressed);
            compressed = null;
            return body;
        }
        finally
        {
            compressed?.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<CompressedEntry> CompressAsync(
        Stream value, string? contentType, Memory<byte> buffer, SpillingStream<TFile> compressed, CancellationToken cancellationToken)
    {
        var crc = new Crc32();
        var length = 0L;
        // What is deflated at once decides the bytes that come out: it must not depend on how the source happens to cut it.
        var read = await value.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var isWorthIt = read > 0 && CompressionChoice.IsWorthTrying(buffer.Span[..read], isAll: read < buffer.Length, contentType);
        using (var deflate = isWorthIt ? new DeflateStream(compressed, CompressionLevel.Optimal, leaveOpen: true) : null)
        {
            var target = (Stream?)deflate ?? compressed;
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

        var method = isWorthIt ? CompressionMethod.Deflated : CompressionMethod.Stored;
        return new CompressedEntry(crc.GetCurrentHashAsUInt32(), length, compressed.Length, method);
    }

    // The value itself is gone by now (it may have come from a network): its beginning looked more compressible than the whole.
    private SpillingStream<TFile> Decompress(SpillingStream<TFile> deflated, Span<byte> buffer)
    {
        var stored = new SpillingStream<TFile>(mostInMemory, openFile);
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

/// <summary>
/// A compressed value: what is known of it, and its bytes, which are in memory or in a file. Disposing it closes the file.
/// </summary>
/// <typeparam name="TFile">The kind of stream that the compressor writes large values to.</typeparam>
public sealed class CompressedBody<TFile> : IDisposable
    where TFile : Stream
{
    internal CompressedBody(CompressedEntry record, SpillingStream<TFile> bytes) => (Record, Memory, File) = (record, bytes.Memory, bytes.File);

    /// <summary>The facts that the headers of the entry will state.</summary>
    public CompressedEntry Record { get; }

    /// <summary>All compressed bytes, when <see cref="File"/> is null.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>The file with the compressed bytes, from its start to its end; null when they are in memory.</summary>
    public TFile? File { get; }

    /// <inheritdoc/>
    public void Dispose() => File?.Dispose();
}

using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using KvsRecords.Storage;

namespace KvsRecords.Archive;

/// <summary>
/// An archive that is made while it is sent, for a source whose bytes are plain and whose CRCs are unknown.
/// "Each record is stored as a separate file in the archive, with the filename equal to the record key" (the specification).
/// </summary>
/// <param name="output">Where it goes. Nothing is written to it synchronously.</param>
public sealed class StreamedArchive(PipeWriter output)
{
    /// <summary>
    /// The longest record, in bytes, that is held until its CRC and sizes are known, so that its local header has them.
    /// A longer one is sent while it is read, always deflated (a stored entry with a data descriptor cannot be read by
    /// streaming readers) and followed by a data descriptor (section 4.3.9 of the ZIP format).
    /// </summary>
    public const int MaxBufferedRecord = 16 * 1024 * 1024;

    /// <summary>
    /// The version of the archive's form, to be part of its validator: with another form, or another build of the library that compresses,
    /// come other bytes.
    /// </summary>
    public static readonly string Format = $"1-{Environment.Version}-{RuntimeInformation.ProcessArchitecture}";

    private const int ReadSize = 128 * 1024;

    // A regular file, readable by all and writable by its owner, in the upper half (made by Unix).
    private const int RegularFile = 0b1000_000_110_100_100 << 16;

    /// <summary>The number of bytes that were handed to the output, also when it came to a fault.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Where the central directory begins, once the archive has been written.</summary>
    public long DirectoryOffset { get; private set; }

    /// <summary>
    /// Writes the records of a snapshot as a ZIP archive. MUST give the same bytes for the same records, whatever the time zone,
    /// the culture and the number of threads; MUST have the first record on its way before it reads the second; MUST NOT hold a
    /// body longer than <see cref="MaxBufferedRecord"/>; MUST NOT complete the output.
    /// </summary>
    /// <returns>The number of records in the archive.</returns>
    /// <exception cref="OperationCanceledException">The reader of the output has gone.</exception>
    /// <exception cref="IOException">
    /// A record could not be read. Whatever was sent MUST be made unusable by the caller: no end record is, or will be, in it.
    /// </exception>
    public async Task<int> WriteAsync(IRecordSnapshot snapshot, CancellationToken cancellationToken)
    {
        var records = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        using var window = new EntryWindow(output);
        try
        {
            // Synchronously, on purpose: see EntryWindow. (The asynchronous one also makes synchronous writes: dotnet/runtime#121624.)
            using (var archive = new ZipArchive(window, ZipArchiveMode.Create, leaveOpen: true))
            {
                await foreach (var record in ReadAhead.ReadAsync(snapshot, cancellationToken))
                {
                    await using (record)
                        await WriteEntryAsync(archive, window, record, buffer.AsMemory(0, ReadSize), cancellationToken);
                    await window.DrainAsync(flush: records == 0, cancellationToken);
                    records++;
                }

                DirectoryOffset = window.Length;
            }

            await window.DrainAsync(flush: true, cancellationToken);
            return records;
        }
        finally
        {
            BytesSent = window.Drained;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask WriteEntryAsync(
        ZipArchive archive, EntryWindow window, ReadRecord record, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var held = record.Length <= MaxBufferedRecord;
        var deflate = !held || CompressionChoice.IsWorthDeflating(record.Beginning, record.ContentType);

        window.HoldNextEntry(held);
        var entry = archive.CreateEntry(record.Key.Text, deflate ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
        entry.LastWriteTime = ZipTime.Clamp(record.LastModified.ToUniversalTime());
        entry.ExternalAttributes = RegularFile;
        using var body = entry.Open();
        body.Write(record.Beginning);
        while (await record.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            body.Write(buffer.Span[..read]);
            if (!held)
                await window.DrainAsync(flush: false, cancellationToken);
        }
    }
}

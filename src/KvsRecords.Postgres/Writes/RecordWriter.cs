using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Records;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Postgres.Writes;

/// <summary>
/// Writes records: compressed where the caller stands, so that all cores compress, and then queued as a row. A large body waits in a file on
/// this machine until it is complete, and is in the database before its row is.
/// </summary>
internal sealed class RecordWriter(WriteQueue queue, Bodies bodies)
{
    // An index takes at most 2,704 bytes of a row, and has more than the key.
    private const int MaxKey = 2_500;

    private readonly RecordCompressor<FileStream> _compressor = new(ICompressedEntries.MaxInlineBody, OpenFile);

    /// <param name="store">The number of a store.</param>
    /// <param name="record">Which record, and what is said of it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="counts">Whether it counts among the store's writes.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>False when the store is not there.</returns>
    public async ValueTask<bool> PutAsync(long store, NewRecord record, Stream value, bool counts, CancellationToken cancellationToken)
    {
        var (key, contentType) = (record.Key.Text, record.ContentType);
        if (record.Key.WhyUnsafeToUnpack() is { } why)
            throw new ArgumentException($"The key '{key}' {why}.", nameof(record));
        if (Encoding.UTF8.GetByteCount(key) > MaxKey)
            throw new ArgumentException($"The key '{key[..40]}…' is longer than {MaxKey} bytes, the most that this database takes.");
        if (!Stored.IsWellFormed(key) || (contentType is not null && !Stored.IsWellFormed(contentType)))
            throw new ArgumentException("A key and a content type are well-formed text.", nameof(record));

        using var body = await _compressor.CompressAsync(value, contentType, cancellationToken);
        var id = body.File is null ? (Guid?)null : await UploadAsync(body.File, cancellationToken);
        var version = new RecordVersion(
            Born: 0, body.Record, record.LastModified?.ToUnixTimeMilliseconds() ?? 0, contentType, id, id is null ? body.Memory.ToArray() : null,
            Header: []);
        try
        {
            return await queue.RunAsync(new RecordChange(store, key, version, isTimed: record.LastModified is not null, counts));
        }
        finally
        {
            if (id is not null)
                bodies.Close(id.Value);
        }
    }

    public async ValueTask<bool> DeleteAsync(long store, RecordKey key, bool counts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Stored.IsWellFormed(key.Text)
            && await queue.RunAsync(new RecordChange(store, key.Text, version: null, isTimed: false, counts));
    }

    private Task<Guid> UploadAsync(FileStream file, CancellationToken cancellationToken)
    {
        file.Position = 0;
        return bodies.WriteAsync(file, cancellationToken);
    }

    private static FileStream OpenFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 64 * 1024,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var path = Path.Join(Path.GetTempPath(), $"kvs-records-{Path.GetRandomFileName()}");
        var file = new FileStream(path, options);

        // It has no name from now on, so that the system removes it also with a process that is killed.
        File.Delete(path);
        return file;
    }
}

using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Sqlite.Bodies;
using KvsRecords.Sqlite.Records;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Writes;

/// <summary>Writes records: compressed where the caller stands, so that all cores compress, and then queued as a row.</summary>
internal sealed class RecordWriter(WriteQueue queue, BodyFiles files)
{
    private readonly RecordCompressor<BodyDraft> _compressor = new(ICompressedEntries.MaxInlineBody, files.Begin);

    /// <param name="store">The number of a store.</param>
    /// <param name="record">Which record, and what is said of it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="waitForDisk">Whether its row MUST have survived a power cut when it is answered.</param>
    /// <param name="counts">Whether it counts among the store's writes.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>False when the store is not there.</returns>
    public async ValueTask<bool> PutAsync(
        long store, NewRecord record, Stream value, bool waitForDisk, bool counts, CancellationToken cancellationToken)
    {
        var (key, contentType) = (record.Key.Text, record.ContentType);
        if (record.Key.WhyUnsafeToUnpack() is { } why)
            throw new ArgumentException($"The key '{key}' {why}.", nameof(record));
        if (!Stored.IsWellFormed(key) || (contentType is not null && !Stored.IsWellFormed(contentType)))
            throw new ArgumentException("A key and a content type are well-formed text.", nameof(record));

        // Disposing it removes the file, unless a row names it by then.
        using var body = await CompressAsync(value, contentType, cancellationToken);
        var bytes = body.File is null ? body.Memory.ToArray() : null;
        return await queue.RunAsync(batch =>
        {
            if (batch.TotalsOf(store) is not { } before)
                return false;

            var modified = record.LastModified?.ToUnixTimeMilliseconds() ?? batch.Now;
            var version = new RecordVersion(before.Revision + 1, body.Record, modified, contentType, body.File?.Number, bytes);
            var after = RecordTable.Put(batch.Database, before, key, version);
            batch.Change(counts ? after : after with { Writes = before.Writes });
            if (body.File is not null)
                batch.Add(body.File);
            if (after.Records == before.Records)
                batch.StoresWithDead.Add(store);
            return true;
        }, waitForDisk);
    }

    public async ValueTask<bool> DeleteAsync(long store, RecordKey key, bool counts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Stored.IsWellFormed(key.Text))
            return false;

        return await queue.RunAsync(batch =>
        {
            if (batch.TotalsOf(store) is not { } before || RecordTable.Delete(batch.Database, before, key.Text) is not { } after)
                return false;

            batch.Change(counts ? after : after with { Deletes = before.Deletes });
            batch.StoresWithDead.Add(store);
            return true;
        });
    }

    private async ValueTask<CompressedBody<BodyDraft>> CompressAsync(Stream value, string? contentType, CancellationToken cancellationToken)
    {
        CompressedBody<BodyDraft>? body = null;
        try
        {
            body = await _compressor.CompressAsync(value, contentType, cancellationToken);
            body.File?.Finish();
            return body;
        }
        catch
        {
            body?.Dispose();
            throw;
        }
    }
}

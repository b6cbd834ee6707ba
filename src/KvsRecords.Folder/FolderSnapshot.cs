using System.Globalization;
using System.Runtime.CompilerServices;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Folder;

/// <summary>The names of a store's records as they were when it was opened. Contents are those of the moment they are opened.</summary>
internal sealed class FolderSnapshot(StoreFiles files, StoreListing listing, RecordFilter filter, IFolderEvents events) : IRecordSnapshot
{
    public async IAsyncEnumerable<RecordKey> ReadKeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var record in Matching(after: null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record.Key;
        }
    }

    /// <summary>The records that the filter lets through, from the one after a key on.</summary>
    public IEnumerable<RecordFile> Matching(RecordKey? after)
    {
        var prefix = filter.CommonPrefix;
        var index = listing.LowerBound(new RecordKey(prefix));
        if (after is { } last && listing.LowerBound(last) is var next && next >= index)
            index = next < listing.Records.Length && listing.Records[next].Key == last ? next + 1 : next;
        for (; index < listing.Records.Length; index++)
        {
            var record = listing.Records[index];
            if (!record.Key.Text.StartsWith(prefix, StringComparison.Ordinal))
                yield break;
            if (filter.Matches(record.Key))
                yield return record;
        }
    }

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken) =>
        new(listing.Find(key) is { } record && filter.Matches(key) ? Open(record.Newest(files)) : null);

    /// <summary>The length of a record's value as it is now, in bytes. Null: it is gone, or is never opened, which is then reported.</summary>
    public long? LengthOf(RecordFile record)
    {
        var file = record.Newest(files).FileName;
        var status = files.StatusOf(file, out var whyNot);
        if (whyNot is not null)
            events.LeftOut(files.PathOf(file), whyNot);
        return status?.Stamp.Length;
    }

    private RecordContent? Open(RecordFile record)
    {
        var handle = files.Open(record.FileName, out var whyNot);
        if (handle is not null)
            return Open(handle, record.ContentType);

        // Without its folder every record looks deleted, and the archive of those before it would look whole.
        if (whyNot is not null)
            events.LeftOut(files.PathOf(record.FileName), whyNot);
        else if (!Directory.Exists(files.Folder))
            throw new IOException($"The folder {files.Folder} has been removed or renamed.");
        return null;
    }

    private static RecordContent Open(SafeFileHandle handle, string? contentType)
    {
        try
        {
            var modified = LastWrite.Of(handle);
            var length = RandomAccess.GetLength(handle);
            var version = string.Create(CultureInfo.InvariantCulture, $"{modified.UtcTicks:x}-{length:x}");
            return new RecordContent(new RecordFileStream(handle), length, modified, contentType, version);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

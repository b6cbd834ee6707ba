using System.Globalization;
using System.Runtime.CompilerServices;
using KvsRecords.Storage;
using KvsRecords.Stores;
using KvsRecords.Unix;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Folder;

/// <summary>
/// The names of a store's records as they were when it was opened. Contents are those of the moment they are opened; once a version has
/// been read, they are those of the version, or it is said that they are not.
/// </summary>
internal sealed class FolderSnapshot(StoreFiles files, StoreListing listing, RecordFilter filter, IFolderEvents events, TimeProvider clock)
    : IRecordSnapshot
{
    private FolderVersion? _version;

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

    public async ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken)
    {
        _version = await listing.Versions.GetAsync(
            filter, () => FolderVersion.Read(files, [.. Matching(after: null)], events, clock, cancellationToken), cancellationToken);
        return _version.State;
    }

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken)
    {
        if (listing.Find(key) is not { } record || !filter.Matches(key))
            return new((RecordContent?)null);
        if (_version is not { State.Version: not null } version)
            return new(Open(record.Newest(files), version: null));
        if (!version.Stamps.TryGetValue(key, out var stamp))
            return new((RecordContent?)null);
        return new(Open(record.Newest(files), stamp) ?? throw new RecordChangedException(key.Text));
    }

    /// <summary>The length of a record's value as it is now, in bytes. Null: it is gone, or is never opened, which is then reported.</summary>
    public long? LengthOf(RecordFile record)
    {
        var file = record.Newest(files).FileName;
        var status = files.StatusOf(file, out var whyNot);
        if (whyNot is not null)
            events.LeftOut(files.PathOf(file), whyNot);
        return status?.Stamp.Length;
    }

    private RecordContent? Open(RecordFile record, FileStamp? version)
    {
        var handle = files.Open(record.FileName, out var whyNot);
        if (handle is not null)
            return Open(handle, record, version);

        // Without its folder every record looks deleted, and the archive of those before it would look whole.
        if (whyNot is not null)
            events.LeftOut(files.PathOf(record.FileName), whyNot);
        else if (!Directory.Exists(files.Folder))
            throw new IOException($"The folder {files.Folder} has been removed or renamed.");
        return null;
    }

    private static RecordContent Open(SafeFileHandle handle, RecordFile record, FileStamp? expected)
    {
        try
        {
            var modified = LastWrite.Of(handle);
            var length = RandomAccess.GetLength(handle);
            var version = string.Create(CultureInfo.InvariantCulture, $"{modified.UtcTicks:x}-{length:x}");
            var stream = new RecordFileStream(handle, expected, record.Key);
            stream.CheckVersion();
            return new RecordContent(stream, length, modified, record.ContentType, version);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        // Of a large store it is megabytes, and a client may take its time for the answer.
        _version = null;
        return ValueTask.CompletedTask;
    }
}

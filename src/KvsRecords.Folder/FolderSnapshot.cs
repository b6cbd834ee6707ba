using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    // Below, waking another core takes longer than it saves.
    private const int MinInParallel = 1000;

    // The records that the filter lets through, with their states; null: no version has been read.
    private Dictionary<RecordKey, FileStamp>? _version;

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

    /// <summary>
    /// Names the state by a hash over all that the bytes of an archive depend on: the key, content type, length, times and inode of each
    /// record. There is no version where a file was changed within a tick of the clock that stamps files: it could change again unseen.
    /// </summary>
    public SnapshotState ReadState(CancellationToken cancellationToken)
    {
        var still = StoreListings.LastSettled(clock);
        var records = Matching(after: null).ToArray();
        var stamps = StampsOf(records, cancellationToken);
        var hash = new XxHash128();
        var present = new Dictionary<RecordKey, FileStamp>(records.Length);
        var (newest, bytes) = (FileStatus.OfFolder(files.Folder)?.Stamp.Modified ?? 0, 0L);
        for (var i = 0; i < records.Length; i++)
        {
            if (stamps[i] is not { } stamp)
                continue;

            AddText(hash, records[i].Key.Text);
            AddText(hash, records[i].ContentType ?? "");
            hash.Append(MemoryMarshal.AsBytes((ReadOnlySpan<FileStamp>)[stamp]));
            newest = Math.Max(newest, Math.Max(stamp.Modified, stamp.Changed));
            bytes += stamp.Length;
            present.Add(records[i].Key, stamp);
        }

        var isSettled = present.Values.All(stamp => stamp.Changed <= still);
        _version = isSettled ? present : null;
        return new SnapshotState(isSettled ? Convert.ToHexStringLower(hash.GetCurrentHash()) : null, FolderTimes.Time(newest), bytes);
    }

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken)
    {
        if (listing.Find(key) is not { } record || !filter.Matches(key))
            return new((RecordContent?)null);
        if (_version is null)
            return new(Open(record.Newest(files), version: null));
        if (!_version.TryGetValue(key, out var stamp))
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

    private FileStamp?[] StampsOf(RecordFile[] records, CancellationToken cancellationToken)
    {
        var stamps = new FileStamp?[records.Length];
        var threads = records.Length < MinInParallel ? 1 : Environment.ProcessorCount;
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = threads };
        Parallel.For(0, records.Length, options, i => stamps[i] = files.StatusOf(records[i].Newest(files).FileName, out _)?.Stamp);
        return stamps;
    }

    // With its length, so that no two lists of texts look the same.
    private static void AddText(XxHash128 hash, string text)
    {
        hash.Append(MemoryMarshal.AsBytes((ReadOnlySpan<int>)[text.Length]));
        hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

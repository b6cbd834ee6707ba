using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using KvsRecords.Storage;
using KvsRecords.Stores;
using KvsRecords.Unix;

namespace KvsRecords.Folder;

/// <summary>The state of a store's records under a filter, with that of each file. Immutable.</summary>
/// <param name="State">The state.</param>
/// <param name="Stamps">The states of the files that were there, by their keys.</param>
internal sealed record FolderVersion(SnapshotState State, IReadOnlyDictionary<RecordKey, FileStamp> Stamps)
{
    // Below, waking another core takes longer than it saves.
    private const int MinInParallel = 1000;

    /// <summary>
    /// Names the state by a hash over all that the bytes of an archive depend on: the key, content type, length, times and inode of each
    /// record. There is no version where a file was changed within a tick of the clock that stamps files, since it could change again
    /// unseen; and none on Windows, whose files can be changed and get their time back.
    /// </summary>
    /// <exception cref="IOException">The folder is gone, or does not say.</exception>
    public static FolderVersion Read(
        StoreFiles files, RecordFile[] records, IFolderEvents events, TimeProvider clock, CancellationToken cancellationToken)
    {
        var still = StoreListings.LastSettled(clock);
        var found = LookAt(files, records, events, cancellationToken);
        var folder = FileStatus.OfFolder(files.Folder)
            ?? (records.Length == 0 ? default : throw new IOException($"The folder {files.Folder} has been removed or renamed."));
        var stamps = new Dictionary<RecordKey, FileStamp>(records.Length);
        var hash = new XxHash128();
        var (newest, bytes, isSettled) = (folder.Stamp.Modified, 0L, !OperatingSystem.IsWindows());
        foreach (var each in found)
        {
            if (each is not { } one)
                continue;

            var (record, stamp) = one;
            AddText(hash, record.Key.Text);
            AddText(hash, record.ContentType ?? "");
            hash.Append(MemoryMarshal.AsBytes((ReadOnlySpan<FileStamp>)[stamp]));
            newest = Math.Max(newest, Math.Max(NewestOf(stamp), NewestOf(record.Sidecar?.Stamp ?? default)));
            bytes = long.MaxValue - bytes < stamp.Length ? long.MaxValue : bytes + stamp.Length;
            isSettled &= stamp.Changed <= still;
            stamps.Add(record.Key, stamp);
        }

        // A time to come is none that HTTP allows (RFC 9110, 8.8.2.1).
        var (modified, now) = (FolderTimes.Time(newest), clock.GetUtcNow());
        var name = isSettled ? Convert.ToHexStringLower(hash.GetCurrentHash()) : null;
        return new FolderVersion(new SnapshotState(name, modified < now ? modified : now, bytes), stamps);
    }

    private static (RecordFile Record, FileStamp Stamp)?[] LookAt(
        StoreFiles files, RecordFile[] records, IFolderEvents events, CancellationToken cancellationToken)
    {
        var found = new (RecordFile, FileStamp)?[records.Length];
        var threads = records.Length < MinInParallel ? 1 : Environment.ProcessorCount;
        try
        {
            Parallel.For(
                0,
                records.Length,
                new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = threads },
                i =>
                {
                    var record = records[i].Newest(files);
                    if (files.StatusOf(record.FileName, out var whyNot) is { } status)
                        found[i] = (record, status.Stamp);
                    else if (whyNot is not null)
                        events.LeftOut(files.PathOf(record.FileName), whyNot);
                });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return found;
    }

    private static long NewestOf(FileStamp stamp) => Math.Max(stamp.Modified, stamp.Changed);

    // With its length, so that no two lists of texts look the same.
    private static void AddText(XxHash128 hash, string text)
    {
        hash.Append(MemoryMarshal.AsBytes((ReadOnlySpan<int>)[text.Length]));
        hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}

/// <summary>
/// Reads the versions of one listing, one at a time: each takes all cores for as long as a large store has files. Requests for the same
/// filter that wait share one that began after they came.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing to dispose of.")]
internal sealed class FolderVersions
{
    private readonly SemaphoreSlim _turn = new(1);
    private long _begun;
    private int _waiting;
    private (long Number, RecordFilter Filter, FolderVersion Version)? _last;

    public async ValueTask<FolderVersion> GetAsync(RecordFilter filter, Func<FolderVersion> read, CancellationToken cancellationToken)
    {
        var arrived = Volatile.Read(ref _begun);
        Interlocked.Increment(ref _waiting);
        try
        {
            await _turn.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            if (_last is { } last && last.Number > arrived && last.Filter == filter)
                return last.Version;

            var number = Interlocked.Increment(ref _begun);
            var version = read();
            _last = (number, filter, version);
            return version;
        }
        finally
        {
            if (Volatile.Read(ref _waiting) == 0)
                _last = null;
            _turn.Release();
        }
    }
}

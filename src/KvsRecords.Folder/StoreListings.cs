using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using KvsRecords.Unix;

namespace KvsRecords.Folder;

/// <summary>
/// Keeps the listings of stores while their folders are unchanged. Of each store at most one listing runs at once, and requests that
/// come while it runs share the next: one that began before a request may lack what was written before it.
/// </summary>
/// <param name="read">Lists a folder, given the listing before.</param>
/// <param name="clock">The clock of the file system.</param>
/// <param name="maxBytes">How much memory all kept listings may take, in bytes.</param>
internal sealed class StoreListings(Func<StoreFiles, StoreListing?, StoreListing> read, TimeProvider clock, long maxBytes = StoreListings.MaxBytes)
{
    /// <summary>About 280,000 records with sidecars, or 400,000 without.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    // Within one tick of the clock that stamps files (up to 2 s, on FAT), a folder can change again and keep its time.
    private static readonly TimeSpan MaxTick = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly Lock _budget = new();
    private long _uses;

    /// <summary>The listing of a store as it is now, or was at a moment after the call.</summary>
    /// <exception cref="IOException">It cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be listed.</exception>
    public async ValueTask<StoreListing> GetAsync(StoreFiles files, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(files.Folder, _ => new Slot());
        var arrived = Volatile.Read(ref slot.Begun);
        if (Current(slot, files) is { } current)
            return current;

        Interlocked.Increment(ref slot.Waiting);
        try
        {
            await slot.Turn.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref slot.Waiting);
        }

        try
        {
            if (slot.Last is { } last && last.Number > arrived)
                return last.Listing;
            return Current(slot, files) ?? Read(slot, files);
        }
        finally
        {
            Limit(slot);
            slot.Turn.Release();
        }
    }

    /// <summary>
    /// The latest time, in nanoseconds since 1970, that a file's last change may have so that every later change gives it another.
    /// </summary>
    public static long LastSettled(TimeProvider clock) =>
        (clock.GetUtcNow() - MaxTick - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Forgets what is kept of a store, although its folder is unchanged.</summary>
    public void Forget(StoreFiles files, StoreListing listing)
    {
        if (_slots.TryGetValue(files.Folder, out var slot) && slot.Last is { } last && last.Listing == listing)
            last.IsSettled = false;
    }

    private StoreListing? Current(Slot slot, StoreFiles files)
    {
        if (slot.Last is not { IsSettled: true } last || FileStatus.OfFolder(files.Folder)?.Stamp != last.Folder || last.Listing.Damaged.Any(HasChanged))
            return null;

        last.LastUse = Interlocked.Increment(ref _uses);
        return last.Listing;

        bool HasChanged(Sidecar sidecar) => files.StatusOf(sidecar.FileName, out _)?.Stamp != sidecar.Stamp;
    }

    private StoreListing Read(Slot slot, StoreFiles files)
    {
        var number = Interlocked.Increment(ref slot.Begun);
        try
        {
            // Before the first name: what changes while they are listed gives the folder another time.
            var still = LastSettled(clock);
            var folder = FileStatus.OfFolder(files.Folder)?.Stamp ?? throw new DirectoryNotFoundException();
            var listing = read(files, slot.Last?.Listing);
            slot.Last = new Kept(listing, folder, number)
            {
                IsSettled = Math.Max(folder.Modified, folder.Changed) <= still,
                LastUse = Interlocked.Increment(ref _uses),
            };
            return listing;
        }
        catch (DirectoryNotFoundException)
        {
            slot.Last = null;
            _slots.TryRemove(files.Folder, out _);
            return StoreListing.Empty;
        }
    }

    // The listing of a store that is too large is dropped as well, but only after all requests that wait for it have it.
    private void Limit(Slot current)
    {
        lock (_budget)
        {
            var kept = _slots.Values.Select(slot => (Slot: slot, slot.Last)).Where(each => each.Last is not null).ToList();
            var bytes = kept.Sum(each => each.Last!.Listing.Bytes);
            if (bytes <= maxBytes)
                return;

            foreach (var (slot, last) in kept.OrderBy(each => each.Slot == current).ThenBy(each => each.Last!.LastUse))
            {
                if (bytes <= maxBytes)
                    return;
                if (slot == current && Volatile.Read(ref slot.Waiting) > 0)
                    continue;

                slot.Last = null;
                bytes -= last!.Listing.Bytes;
            }
        }
    }

    [SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing to dispose of.")]
    private sealed class Slot
    {
        public readonly SemaphoreSlim Turn = new(1);

        /// <summary>Counts the listings that have begun.</summary>
        public long Begun;

        /// <summary>Counts the requests that wait for their turn.</summary>
        public int Waiting;

        public volatile Kept? Last;
    }

    private sealed class Kept(StoreListing listing, FileStamp folder, long number)
    {
        private volatile bool _isSettled;

        public StoreListing Listing => listing;

        /// <summary>The state of the folder before it was listed.</summary>
        public FileStamp Folder => folder;

        /// <summary>Numbers the listings of a store, from 1.</summary>
        public long Number => number;

        /// <summary>Tells whether every later change gives the folder another state.</summary>
        public bool IsSettled { get => _isSettled; set => _isSettled = value; }

        public long LastUse { get; set; }
    }
}

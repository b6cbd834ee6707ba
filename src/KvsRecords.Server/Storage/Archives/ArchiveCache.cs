using KvsRecords.Server.Logging;
using KvsRecords.Server.Settings;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage.Archives;

/// <summary>The identity of an archive.</summary>
/// <param name="Store">The place of its store.</param>
/// <param name="Filter">The filter, as a text.</param>
/// <param name="Tag">Its entity tag, which names the version of the store.</param>
internal readonly record struct ArchiveName(string Store, string Filter, string Tag);

/// <summary>
/// Keeps finished archives as files, at most a set number of bytes of them; the least recently used go first. A file loses its name when it is
/// made: no other user can open it, and the system removes it with the end of this process, also when it is killed.
/// </summary>
internal sealed class ArchiveCache : IResettable, IDisposable
{
    // Each holds a file open. A system allows 1,024 of them at the least.
    private const int MaxKept = 200;

    // Of one archive: a client that is slow must not stop the keeping for all others.
    private const int MaxDrafts = 3;

    // How many archives are remembered that were downloaded once, or that were too large to keep.
    private const int MaxRemembered = 1000;

    // What the disk keeps for others, so that records can still be written and deleted.
    private const long MinRoomOnDisk = 64L * 1024 * 1024;

    // A file grows by as much before the disk is asked again.
    private const long Step = 4L * 1024 * 1024;

    private readonly ILogger _logger;
    private readonly ArchiveFolder _folder;
    private readonly Lock _lock = new();
    private readonly Dictionary<ArchiveName, KeptArchive> _kept = [];
    private readonly List<ArchiveDraft> _drafts = [];
    private readonly Dictionary<ArchiveName, TaskCompletionSource<bool>> _making = [];
    private readonly Dictionary<ArchiveName, int> _downloads = [];
    private readonly HashSet<(string Store, string Filter)> _tooLarge = [];
    private long _bytes;
    private long _uses;
    private bool _isLogged;

    /// <param name="options">How much is kept, and of which storage.</param>
    /// <param name="own">The managed stores, or null.</param>
    /// <param name="loggers">Hear of a folder that cannot be written to.</param>
    public ArchiveCache(ServerOptions options, OwnStorage? own, ILoggerFactory loggers)
    {
        (MaxBytes, _logger) = (options.ArchiveCache, loggers.CreateLogger(LogEvents.Category));
        _folder = new ArchiveFolder(own?.Folder);
    }

    /// <summary>The most bytes of all kept archives together; 0: none is kept.</summary>
    public long MaxBytes { get; }

    /// <summary>The bytes that kept archives, and those that are being written, take.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>
    /// Opens a kept archive, which the caller disposes. Null: it is not kept, or its file is damaged, and then not kept any more.
    /// </summary>
    public KeptArchiveStream? Open(ArchiveName name)
    {
        KeptArchive? archive;
        lock (_lock)
        {
            if (!_kept.TryGetValue(name, out archive))
                return null;

            archive.LastUse = ++_uses;
            archive.Readers++;
        }

        if (archive.IsWhole())
            return new KeptArchiveStream(archive, Release);

        _logger.KeptArchiveDamaged();
        lock (_lock)
            Drop(name, archive);
        Release(archive);
        return null;
    }

    /// <summary>Counts the downloads of an archive, this one with them.</summary>
    public int CountDownload(ArchiveName name)
    {
        lock (_lock)
        {
            if (_downloads.Count >= MaxRemembered)
                _downloads.Clear();
            return _downloads[name] = _downloads.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>
    /// Begins to keep an archive while it is sent. Null: it is kept, or being kept, or cannot be. The caller disposes the draft, which
    /// <see cref="ArchiveDraft.Keep"/> makes a kept archive.
    /// </summary>
    /// <param name="name">The archive.</param>
    /// <param name="expected">How long it will be at most, in bytes, or a little more. One that may not fit takes nothing from others.</param>
    public ArchiveDraft? Begin(ArchiveName name, long expected)
    {
        lock (_lock)
        {
            if (MaxBytes == 0 || _kept.ContainsKey(name) || _tooLarge.Contains((name.Store, name.Filter))
                || _drafts.Count(draft => draft.Name == name) >= MaxDrafts)
            {
                return null;
            }
        }

        return OpenDraft(name, takesFromOthers: expected <= MaxBytes);
    }

    /// <summary>Opens a kept archive, or makes it first, once for all who ask meanwhile. Null: it cannot be kept.</summary>
    /// <param name="name">The archive.</param>
    /// <param name="make">Writes it and calls <see cref="ArchiveDraft.Keep"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<KeptArchiveStream?> OpenOrMakeAsync(ArchiveName name, Func<ArchiveDraft, Task> make, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Open(name) is { } kept)
                return kept;

            var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource<bool>? other;
            lock (_lock)
            {
                if (!_making.TryGetValue(name, out other))
                    _making[name] = ended;
            }

            if (other is null)
                return await MakeAsync(name, ended, make, cancellationToken);

            // Where the client of the other has left, this one makes it.
            if (await other.Task.WaitAsync(cancellationToken))
                return Open(name);
        }
    }

    /// <summary>Erases what is kept of a store.</summary>
    public void Forget(Store store) => Drop(name => name.Store == store.Location);

    /// <summary>Erases everything that is kept and gives its space back. Downloads that are running go on.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Clear() => Drop(_ => true);

    /// <summary>
    /// Runs what frees space, and once more without kept archives where it fails: on a full disk even a deletion needs some.
    /// </summary>
    public async ValueTask<T> GiveWayAsync<T>(Func<ValueTask<T>> work)
    {
        try
        {
            return await work();
        }
        catch (IOException) when (Clear())
        {
            return await work();
        }
    }

    /// <inheritdoc/>
    public void Reset() => Clear();

    public void Dispose() => Clear();

    /// <summary>Takes room for the next bytes of a draft, if need be from the archives that were not used for longest.</summary>
    /// <returns>False when there is none: then the archive cannot be kept.</returns>
    internal bool TakeRoom(ArchiveDraft draft, int more)
    {
        var isNext = draft.Length == 0 || draft.Length / Step != (draft.Length + more) / Step;
        if (isNext && !_folder.HasRoom(MinRoomOnDisk) && !(Clear() && _folder.HasRoom(MinRoomOnDisk)))
            return false;

        lock (_lock)
        {
            if (draft.IsDropped)
                return false;

            while (_bytes + more > MaxBytes)
            {
                if (draft.TakesFromOthers && DropOldest())
                    continue;

                Remember((draft.Name.Store, draft.Name.Filter));
                return false;
            }

            _bytes += more;
            return true;
        }
    }

    /// <summary>Gives back all that is kept where the disk failed: others may need the space.</summary>
    internal void GiveBack(IOException fault)
    {
        Clear();
        if (!Interlocked.Exchange(ref _isLogged, true))
            _logger.ArchivesNotKept(fault.Message);
    }

    /// <summary>Makes a draft a kept archive, in place of those of earlier versions, which will not be asked for again.</summary>
    internal void Keep(ArchiveDraft draft, KeptArchive archive)
    {
        lock (_lock)
        {
            _drafts.Remove(draft);
            foreach (var (name, earlier) in _kept.Where(each => IsEarlier(each.Key, draft.Name)).ToList())
                Drop(name, earlier);
            if (!draft.IsDropped && (_kept.Count < MaxKept || DropOldest()) && _kept.TryAdd(draft.Name, archive))
                archive.LastUse = ++_uses;
            else
                archive.Erase(ref _bytes);
        }
    }

    internal void End(ArchiveDraft draft)
    {
        lock (_lock)
        {
            _drafts.Remove(draft);
            _bytes -= draft.Length;
        }
    }

    private static bool IsEarlier(ArchiveName one, ArchiveName now) => one.Store == now.Store && one.Filter == now.Filter && one.Tag != now.Tag;

    private async Task<KeptArchiveStream?> MakeAsync(
        ArchiveName name, TaskCompletionSource<bool> ended, Func<ArchiveDraft, Task> make, CancellationToken cancellationToken)
    {
        try
        {
            using var draft = OpenDraft(name, takesFromOthers: true);
            if (draft is not null)
                await make(draft);
        }
        finally
        {
            lock (_lock)
                _making.Remove(name);
            ended.SetResult(!cancellationToken.IsCancellationRequested);
        }

        return Open(name);
    }

    private ArchiveDraft? OpenDraft(ArchiveName name, bool takesFromOthers)
    {
        try
        {
            var draft = new ArchiveDraft(this, name, _folder.OpenFile()) { TakesFromOthers = takesFromOthers };
            lock (_lock)
                _drafts.Add(draft);
            return draft;
        }
        catch (IOException e)
        {
            GiveBack(e);
            return null;
        }
    }

    private void Remember((string, string) tooLarge)
    {
        if (_tooLarge.Count >= MaxRemembered)
            _tooLarge.Clear();
        _tooLarge.Add(tooLarge);
    }

    private bool Drop(Func<ArchiveName, bool> which)
    {
        lock (_lock)
        {
            _drafts.Where(draft => which(draft.Name)).ToList().ForEach(draft => draft.IsDropped = true);
            var dropped = _kept.Where(each => which(each.Key)).ToList();
            dropped.ForEach(each => Drop(each.Key, each.Value));
            return dropped.Count > 0;
        }
    }

    // One that is being read would give no space back.
    private bool DropOldest()
    {
        var idle = _kept.Where(each => each.Value.Readers == 0).ToList();
        if (idle.Count == 0)
            return false;

        var (name, archive) = idle.MinBy(each => each.Value.LastUse);
        Drop(name, archive);
        return true;
    }

    private void Drop(ArchiveName name, KeptArchive archive)
    {
        if (_kept.GetValueOrDefault(name) != archive)
            return;

        _kept.Remove(name);
        archive.IsDropped = true;
        if (archive.Readers == 0)
            archive.Erase(ref _bytes);
    }

    private void Release(KeptArchive archive)
    {
        lock (_lock)
        {
            if (--archive.Readers == 0 && archive.IsDropped)
                archive.Erase(ref _bytes);
        }
    }
}

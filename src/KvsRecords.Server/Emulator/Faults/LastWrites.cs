using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>What stores were before the last write to each of them, as long as a rule asks for it.</summary>
internal sealed class LastWrites(IStoreReader stores)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, IPackedSnapshot> _before = new(StringComparer.Ordinal);
    private int _timesForgotten;

    public IStoreReader Stores => stores;

    /// <summary>Remembers a store as it is, if then something is written to it.</summary>
    public async Task WatchAsync(Store store, Func<Task> write, Func<int> status)
    {
        var timesForgotten = Volatile.Read(ref _timesForgotten);
        var before = stores is IPackedStoreReader packed
            ? await packed.OpenPackedSnapshotAsync(store, RecordFilter.Everything, CancellationToken.None)
            : null;
        try
        {
            await write();
            if (before is not null && status() is >= 200 and < 300)
                before = Exchange(store.Id, before, timesForgotten);
        }
        finally
        {
            await (before?.DisposeAsync() ?? default);
        }
    }

    /// <summary>Opens a store as it was before the last write; null: nothing was written to it.</summary>
    public IPackedSnapshot? Open(Store store, RecordFilter filter)
    {
        // Under the lock, so that nobody closes it meanwhile.
        lock (_lock)
        {
            return stores is IPackedStoreReader packed && _before.TryGetValue(store.Id, out var before)
                ? packed.Reopen(before, filter)
                : null;
        }
    }

    public async ValueTask ForgetAsync()
    {
        IPackedSnapshot[] all;
        lock (_lock)
        {
            all = [.. _before.Values];
            _before.Clear();
            _timesForgotten++;
        }

        foreach (var snapshot in all)
            await snapshot.DisposeAsync();
    }

    /// <returns>What is to be closed.</returns>
    private IPackedSnapshot? Exchange(string store, IPackedSnapshot before, int timesForgotten)
    {
        lock (_lock)
        {
            // The rules were changed while something was written.
            if (timesForgotten != _timesForgotten)
                return before;

            _before.Remove(store, out var older);
            _before.Add(store, before);
            return older;
        }
    }
}

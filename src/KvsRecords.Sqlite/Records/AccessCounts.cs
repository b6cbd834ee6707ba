using KvsRecords.Sqlite.Database;

namespace KvsRecords.Sqlite.Records;

/// <summary>
/// The counts of reads and listings of stores, with the time of the last. A read must not cost a write: the counts are kept in memory, and
/// saved with the next commit and at the end. Counts that are not saved when the process is killed are lost.
/// </summary>
internal sealed class AccessCounts(Readers readers, TimeProvider clock, bool isCounting = true)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Access> _all = [];
    private readonly HashSet<long> _unsaved = [];

    /// <summary>Counts a record that was opened by itself.</summary>
    public void CountRead(long store) => Count(store, reads: 1, lists: 0);

    /// <summary>Counts a listing or a download of the records.</summary>
    public void CountList(long store) => Count(store, reads: 0, lists: 1);

    /// <summary>The counts of a store, whose row may not have the last ones.</summary>
    public Access Latest(long store, Access saved)
    {
        lock (_lock)
            return _all.GetValueOrDefault(store, saved);
    }

    /// <summary>Saves what has changed. <see cref="Saved"/> MUST be called once that is committed.</summary>
    public IReadOnlyDictionary<long, Access> Save(Connection database)
    {
        Dictionary<long, Access> unsaved;
        lock (_lock)
            unsaved = _unsaved.ToDictionary(store => store, store => _all[store]);
        foreach (var (store, access) in unsaved)
            StoreTable.SaveAccess(database, store, access);
        return unsaved;
    }

    /// <summary>Notes the commit of the saved counts. Counts since then stay unsaved.</summary>
    public void Saved(IReadOnlyDictionary<long, Access> saved)
    {
        lock (_lock)
            _unsaved.RemoveWhere(store => saved.TryGetValue(store, out var access) && access == _all[store]);
    }

    private void Count(long store, int reads, int lists)
    {
        if (!isCounting)
            return;

        lock (_lock)
        {
            // What is not in memory has been saved.
            if (!_all.TryGetValue(store, out var before) && readers.Read(database => StoreTable.Access(database, store)) is { } saved)
                before = saved;
            if (before is null)
                return;

            _all[store] = new Access(before.Reads + reads, before.Lists + lists, clock.GetUtcNow().ToUnixTimeMilliseconds());
            _unsaved.Add(store);
        }
    }
}

/// <summary>The counts of the reads of a store so far.</summary>
/// <param name="Reads">How many records were opened one by one.</param>
/// <param name="Lists">How many times they were listed or downloaded.</param>
/// <param name="Last">When last, in milliseconds since 1970, UTC.</param>
internal sealed record Access(long Reads, long Lists, long Last);

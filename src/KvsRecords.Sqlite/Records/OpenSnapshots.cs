using KvsRecords.Managed;

namespace KvsRecords.Sqlite.Records;

/// <summary>
/// The revisions that snapshots show. Opening a snapshot takes the same lock as deciding which versions no snapshot sees any more:
/// otherwise a snapshot could open at a revision between the decision and the removal.
/// </summary>
internal sealed class OpenSnapshots
{
    /// <summary>The horizon of a store without an open snapshot.</summary>
    public const long None = long.MaxValue;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, SortedDictionary<long, int>> _revisions = [];

    /// <summary>Opens what <paramref name="read"/> finds; null: nothing is open.</summary>
    public StoreTotals? Open(Func<StoreTotals?> read)
    {
        lock (_lock)
        {
            if (read() is not { } totals)
                return null;

            if (!_revisions.TryGetValue(totals.Store, out var open))
                _revisions.Add(totals.Store, open = []);
            open[totals.Revision] = open.GetValueOrDefault(totals.Revision) + 1;
            return totals;
        }
    }

    public void Close(StoreTotals totals)
    {
        lock (_lock)
        {
            var open = _revisions[totals.Store];
            if (--open[totals.Revision] == 0)
                open.Remove(totals.Revision);
            if (open.Count == 0)
                _revisions.Remove(totals.Store);
        }
    }

    /// <summary>
    /// The oldest revision of a store that is looked at. Versions that died with it or earlier, in a transaction that has been
    /// committed, are seen by no snapshot, now or later.
    /// </summary>
    public long Horizon(long store)
    {
        lock (_lock)
            return _revisions.TryGetValue(store, out var open) ? open.First().Key : None;
    }
}

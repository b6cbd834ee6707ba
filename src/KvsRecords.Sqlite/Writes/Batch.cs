using KvsRecords.Managed;
using KvsRecords.Sqlite.Bodies;
using KvsRecords.Sqlite.Database;
using KvsRecords.Sqlite.Records;

namespace KvsRecords.Sqlite.Writes;

/// <summary>A transaction and what belongs to it. It begins when it is first needed; disposing it undoes what is not committed.</summary>
internal sealed class Batch(Connection database, BodyFiles files, bool waitForDisk, long now) : IDisposable
{
    private readonly Dictionary<long, StoreTotals> _totals = [];
    private readonly HashSet<long> _changed = [];
    private readonly List<BodyDraft> _drafts = [];
    private bool _begun;

    /// <summary>Now, in milliseconds since 1970, UTC.</summary>
    public long Now => now;

    /// <summary>The stores that have versions, or are themselves, to be removed later on.</summary>
    public HashSet<long> StoresWithDead { get; } = [];

    /// <summary>Tells a transaction that has begun from one that nothing has needed yet.</summary>
    public bool HasBegun => _begun;

    public Connection Database
    {
        get
        {
            if (!_begun)
                database.Run("begin immediate");
            _begun = true;
            return database;
        }
    }

    /// <summary>Finds the sums of a store, with the changes of this transaction; null when it is not there.</summary>
    public StoreTotals? TotalsOf(long store)
    {
        if (_totals.TryGetValue(store, out var known))
            return known;

        var totals = StoreTable.Totals(Database, store);
        if (totals is not null)
            _totals.Add(store, totals);
        return totals;
    }

    /// <summary>To be saved once for the whole transaction.</summary>
    public void Change(StoreTotals totals)
    {
        _totals[totals.Store] = totals;
        _changed.Add(totals.Store);
    }

    /// <summary>Hides a store, which is removed later on.</summary>
    public void Delete(long store)
    {
        StoreTable.SetState(Database, store, Schema.Gone);
        _totals.Remove(store);
        _changed.Remove(store);
        StoresWithDead.Add(store);
    }

    /// <summary>Finds out whether this transaction changed a record of the store, which its row does not say yet.</summary>
    public bool HasChanged(long store) => _changed.Contains(store);

    /// <summary>A row names this file.</summary>
    public void Add(BodyDraft draft) => _drafts.Add(draft);

    public void Commit()
    {
        if (!_begun)
            return;

        foreach (var store in _changed)
            StoreTable.Save(database, _totals[store], now);
        if (_drafts.Count > 0 && waitForDisk)
            files.SyncNames();

        try
        {
            database.Run("commit");
        }
        catch (IOException e) when (!Connection.IsFull(e))
        {
            // The next start may find the transaction committed, so its files stay: those without a row are removed then.
            KeepFiles();
            throw;
        }

        KeepFiles();
        _begun = false;
    }

    private void KeepFiles()
    {
        foreach (var draft in _drafts)
            draft.Keep();
    }

    public void Dispose()
    {
        if (!_begun)
            return;

        try
        {
            database.Run("rollback");
        }
        catch (IOException)
        {
            // The database has undone it by itself, as it does when the disk is full.
        }
    }
}

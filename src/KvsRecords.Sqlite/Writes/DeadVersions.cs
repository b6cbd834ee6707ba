using KvsRecords.Sqlite.Database;
using KvsRecords.Sqlite.Records;

namespace KvsRecords.Sqlite.Writes;

/// <summary>
/// Removes versions that no snapshot can see any more, a little at a time. A store with an open snapshot waits until that is closed. For
/// the thread that writes only.
/// </summary>
internal sealed class DeadVersions(OpenSnapshots snapshots)
{
    // As many as cost a few milliseconds, while no write waits for the end of it.
    private const int MaxAtOnce = 256;

    // While writes wait: a removal costs more than a write, but they must not pile up, and each write may leave one behind.
    private const int RemovalsForEachWrite = 2;

    private readonly Queue<long> _next = [];
    private readonly HashSet<long> _queued = [];

    public bool HasWork => _next.Count > 0;

    /// <summary>The store that is next; null: there is nothing to remove.</summary>
    public long? Next => _next.TryPeek(out var store) ? store : null;

    /// <summary>There may be something to remove in this store.</summary>
    public void Add(long store)
    {
        if (_queued.Add(store))
            _next.Enqueue(store);
    }

    /// <summary>Adds the stores in which the last run of the program left something behind.</summary>
    public void AddAll(Connection database)
    {
        const string WithDead = "select distinct store from records where died is not null union select number from stores where state <> 0";
        foreach (var store in database.Rows(WithDead, row => row.GetInt64(0)))
            Add(store);
    }

    /// <summary>
    /// Removes rows of the next store. MUST be done before anything else of the transaction: a version that dies in it may be seen by a
    /// snapshot that opens before it is committed.
    /// </summary>
    /// <param name="database">Where.</param>
    /// <param name="writes">How many writes wait for the same transaction.</param>
    public Removal Remove(Connection database, int writes)
    {
        var most = writes == 0 ? MaxAtOnce : Math.Min(MaxAtOnce, writes * RemovalsForEachWrite);
        var store = _next.Peek();
        var horizon = snapshots.Horizon(store);
        var isDeleted = database.First("select state from stores where number = ?1", row => row.GetInt64(0) == Schema.Gone, store);
        var rows = isDeleted && horizon == OpenSnapshots.None
            ? database.Rows("select key, born, file from records where store = ?1 limit ?2", Row, store, most)
            : database.Rows("select key, born, file from records where store = ?1 and died <= ?3 limit ?2", Row, store, most, horizon);

        foreach (var (key, born, _) in rows)
            database.Run("delete from records where store = ?1 and key = ?2 and born = ?3", store, key, born);
        if (isDeleted && horizon == OpenSnapshots.None && rows.Count < most)
            database.Run("delete from stores where number = ?1", store);

        return new Removal([.. rows.Select(row => row.File).OfType<long>()], rows.Count == most);

        static (string Key, long Born, long? File) Row(Microsoft.Data.Sqlite.SqliteDataReader row) =>
            (row.GetString(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2));
    }

    /// <summary>The removal has been committed, or has failed and is tried again when the store changes.</summary>
    public void Done(bool hasMore)
    {
        var store = _next.Dequeue();
        _queued.Remove(store);
        if (hasMore)
            Add(store);
    }

    /// <param name="Files">The bodies that no row names any more, once the removal is committed.</param>
    /// <param name="HasMore">Whether there may be more of the same.</param>
    public sealed record Removal(IReadOnlyList<long> Files, bool HasMore);
}

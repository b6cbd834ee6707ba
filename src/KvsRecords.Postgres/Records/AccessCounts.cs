using KvsRecords.Postgres.Database;
using Npgsql;

namespace KvsRecords.Postgres.Records;

/// <summary>
/// The reads and listings that this server has counted and not saved yet. A read must not cost a write: they are added to the rows every
/// second, and at the end. Those of a server that is killed are lost.
/// </summary>
internal sealed class AccessCounts(Connections connections, TimeProvider clock, bool isCounting) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _saving = new(1, 1);
    private Dictionary<long, Access> _unsaved = [];
    private int _saves;

    /// <summary>Counts a record that was opened by itself.</summary>
    /// <param name="store">The number of the store.</param>
    /// <param name="isExpiring">Whether another server is about to delete the store, unless it is used.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask CountReadAsync(long store, bool isExpiring, CancellationToken cancellationToken) => CountAsync(store, 1, 0, isExpiring, cancellationToken);

    /// <summary>Counts a listing or a download of the records.</summary>
    /// <inheritdoc cref="CountReadAsync"/>
    public ValueTask CountListAsync(long store, bool isExpiring, CancellationToken cancellationToken) => CountAsync(store, 0, 1, isExpiring, cancellationToken);

    /// <summary>The counts of a store that its row does not have yet, where it is called within <see cref="ReadAsync"/>.</summary>
    public Access Unsaved(long store)
    {
        lock (_lock)
            return _unsaved.GetValueOrDefault(store);
    }

    /// <summary>
    /// Reads rows to which what is unsaved is added: once more where something was saved meanwhile. <paramref name="read"/> MUST hold
    /// no connection once it has ended, since the saving needs one.
    /// </summary>
    public async Task<T> ReadAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        var before = Volatile.Read(ref _saves);
        var result = await read();
        if (before % 2 == 0 && Volatile.Read(ref _saves) == before)
            return result;

        // What takes longer than the time between two saves would meet the next one, too.
        await _saving.WaitAsync(cancellationToken);
        try
        {
            return await read();
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Adds what was counted to the rows.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        // Every reader waits for this: it must not wait for a standby, nor for those who write to a store. Reads of such a store are
        // saved the next time.
        const string Save = """
            with free as (select number from stores where number = any($1) for update skip locked),
            saved as (
                update stores s
                set reads = s.reads + n.reads, lists = s.lists + n.lists, accessed = greatest(s.accessed, n.last), is_expiring = false
                from unnest($1, $2::bigint[], $3::bigint[], $4::bigint[]) as n (store, reads, lists, last)
                where s.number = n.store and n.store in (select number from free))
            select number from stores where number = any($1) and number not in (select number from free)
            """;
        await _saving.WaitAsync(cancellationToken);
        try
        {
            await using var database = await connections.OpenAsync(cancellationToken);
            if (Take() is not { Count: > 0 } all)
                return;

            try
            {
                // Once, and not again where it is not known whether it was done: rather too few than too many. What was taken is saved
                // although the server ends meanwhile.
                await using var batch = new NpgsqlBatch(database)
                {
                    BatchCommands =
                    {
                        Sql.Part(Sql.OnDisk),
                        Sql.Part(
                            Save, Sql.P(all.Keys.ToArray()), Sql.P(all.Values.Select(one => one.Reads).ToArray()),
                            Sql.P(all.Values.Select(one => one.Lists).ToArray()), Sql.P(all.Values.Select(one => one.Last).ToArray())),
                    },
                };
                await using var rows = await batch.ExecuteReaderAsync(CancellationToken.None);
                await rows.NextResultAsync(CancellationToken.None);
                while (await rows.ReadAsync(CancellationToken.None))
                    Add(rows.GetInt64(0), all[rows.GetInt64(0)]);
            }
            finally
            {
                Interlocked.Increment(ref _saves);
            }
        }
        finally
        {
            _saving.Release();
        }
    }

    public void Dispose() => _saving.Dispose();

    private async ValueTask CountAsync(long store, int reads, int lists, bool isExpiring, CancellationToken cancellationToken)
    {
        if (!isCounting)
            return;

        Add(store, new Access(reads, lists, clock.GetUtcNow().ToUnixTimeMilliseconds()));
        try
        {
            if (isExpiring)
                await SaveAsync(cancellationToken);
        }
        catch (Exception e) when (Connections.IsOfDatabase(e))
        {
            throw connections.FaultOf(e, cancellationToken);
        }
    }

    // The number of saves is odd while it is not known which counts the rows have.
    private Dictionary<long, Access> Take()
    {
        lock (_lock)
        {
            var all = _unsaved;
            if (all.Count > 0)
                Interlocked.Increment(ref _saves);
            _unsaved = [];
            return all;
        }
    }

    private void Add(long store, Access more)
    {
        lock (_lock)
        {
            var before = _unsaved.GetValueOrDefault(store);
            _unsaved[store] = new Access(before.Reads + more.Reads, before.Lists + more.Lists, Math.Max(before.Last, more.Last));
        }
    }
}

/// <summary>Some reads of a store.</summary>
/// <param name="Reads">How many records were opened one by one.</param>
/// <param name="Lists">How many times they were listed or downloaded.</param>
/// <param name="Last">When last, in milliseconds since 1970, UTC.</param>
internal readonly record struct Access(long Reads, long Lists, long Last);

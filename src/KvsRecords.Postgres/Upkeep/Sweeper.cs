using KvsRecords.Postgres.Database;
using Npgsql;

namespace KvsRecords.Postgres.Upkeep;

/// <summary>Removes what is dead and read by no server any more. Of all servers, one at a time does it.</summary>
internal sealed class Sweeper(Connections connections, Intervals intervals)
{
    // As many as take some milliseconds.
    private const int MaxAtOnce = 500;

    // So many dead versions that are still read are looked at in vain in a sweep; the next one goes on after them. A download of a day may
    // hold millions.
    private const int MaxHeld = 20 * MaxAtOnce;

    // What the servers that have ended, or were killed, have left half done.
    private const string Abandon = """
        update stores set state = 1, gone_at = clock_timestamp() where state = 2 and not exists (
            select 1 from servers v where v.id = stores.filled_by and v.seen > clock_timestamp() - $1)
        """;

    private const string AbandonObjects = """
        update objects set state = 2, dead_at = clock_timestamp() where state = 0 and not exists (
            select 1 from servers v where v.id = objects.server and v.seen > clock_timestamp() - $1)
        """;

    private const string Forget = "delete from servers where seen < clock_timestamp() - interval '1 day'";

    private const string RemoveVersions = """
        with dead as (
            select store, key, born, died, died_at from records
            where died_at > $3 and died_at <= statement_timestamp() - $1 and died is not null order by died_at limit $2),
        gone as (
            delete from records r using dead d where r.store = d.store and r.key = d.key and r.born = d.born and not exists (
                select 1 from leases l where l.store = d.store and l.revision >= d.born and l.revision < d.died and l.until > clock_timestamp())
            returning r.object),
        bodies as (update objects set state = 2, dead_at = clock_timestamp() where id in (select object from gone where object is not null))
        select count(*), (select count(*) from gone), max(died_at) from dead
        """;

    private const string RemoveOfStore = """
        with dead as (select store, key, born from records where store = $1 order by key, born limit $2),
        gone as (delete from records r using dead d where r.store = d.store and r.key = d.key and r.born = d.born returning r.object),
        bodies as (update objects set state = 2, dead_at = clock_timestamp() where id in (select object from gone where object is not null))
        select count(*) from gone
        """;

    private const string GoneStore = """
        select number from stores s where state = 1 and gone_at <= statement_timestamp() - $1 and not exists (
            select 1 from leases l where l.store = s.number and l.until > clock_timestamp()) limit 1
        """;

    // Bodies of any size are removed some chunks at a time.
    private const string RemoveChunks = """
        delete from chunks where (object, no) in (
            select c.object, c.no from objects o join chunks c on c.object = o.id
            where o.state = 2 and o.dead_at <= statement_timestamp() - $1 and not exists (
                select 1 from leases l where l.object = o.id and l.until > clock_timestamp()) limit 100)
        """;

    private const string RemoveObjects = """
        delete from objects where id in (
            select id from objects o where state = 2 and dead_at <= statement_timestamp() - $1
                and not exists (select 1 from chunks c where c.object = o.id) and not exists (
                select 1 from leases l where l.object = o.id and l.until > clock_timestamp()) limit 500)
        """;

    // Dead versions up to here were looked at.
    private DateTime _reached = DateTime.UnixEpoch;
    private long _held;
    private bool _beganLater;

    /// <summary>Removes what can be removed now. Does nothing while another server is at it.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var database = await connections.OpenAsync(cancellationToken);
        if (!await Sql.FirstAsync(database, $"select pg_try_advisory_lock({Schema.SweepLock})", row => row.GetBoolean(0), cancellationToken))
            return;

        try
        {
            (_held, _beganLater) = (0, _reached != DateTime.UnixEpoch);
            while (await SweepOnceAsync(database, cancellationToken))
                cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            await Sql.RunAsync(database, $"select pg_advisory_unlock({Schema.SweepLock})", CancellationToken.None);
        }
    }

    // True when there may be more. Each statement is a transaction: none keeps the database from tidying up.
    private async Task<bool> SweepOnceAsync(NpgsqlConnection database, CancellationToken cancellationToken)
    {
        await Sql.RunAsync(database, Abandon, cancellationToken, Sql.P(intervals.Absence));
        await Sql.RunAsync(database, AbandonObjects, cancellationToken, Sql.P(intervals.Absence));
        await Sql.RunAsync(database, Forget, cancellationToken);
        var (removed, mayHaveMore) = await RemoveVersionsAsync(database, cancellationToken);
        if (await Sql.FirstAsync(database, GoneStore, row => (long?)row.GetInt64(0), cancellationToken, Sql.P(intervals.Grace)) is { } store)
            removed += await RemoveStoreAsync(database, store, cancellationToken);
        removed += await Sql.RunAsync(database, RemoveChunks, cancellationToken, Sql.P(intervals.Grace));
        return removed + await Sql.RunAsync(database, RemoveObjects, cancellationToken, Sql.P(intervals.Grace)) > 0 || mayHaveMore;
    }

    private async Task<(long Removed, bool MayHaveMore)> RemoveVersionsAsync(NpgsqlConnection database, CancellationToken cancellationToken)
    {
        if (_held >= MaxHeld)
            return (0, false);

        var (seen, removed, last) = await Sql.FirstAsync(
            database, RemoveVersions, row => (row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? DateTime.UnixEpoch : row.GetDateTime(2)),
            cancellationToken, Sql.P(intervals.Grace), Sql.P(MaxAtOnce), Sql.P(_reached));
        _held += seen - removed;
        if (seen == MaxAtOnce)
        {
            _reached = last;
            return (removed, true);
        }

        // From the beginning, unless that was the beginning of this sweep.
        var mayHaveMore = _beganLater;
        (_reached, _beganLater) = (DateTime.UnixEpoch, false);
        return (removed, mayHaveMore);
    }

    private static async Task<long> RemoveStoreAsync(NpgsqlConnection database, long store, CancellationToken cancellationToken)
    {
        var removed = await CountAsync(database, RemoveOfStore, cancellationToken, Sql.P(store), Sql.P(MaxAtOnce));
        return removed < MaxAtOnce
            ? removed + await Sql.RunAsync(database, "delete from stores where number = $1", cancellationToken, Sql.P(store))
            : removed;
    }

    private static Task<long> CountAsync(NpgsqlConnection database, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) =>
        Sql.FirstAsync(database, sql, row => row.GetInt64(0), cancellationToken, parameters);
}

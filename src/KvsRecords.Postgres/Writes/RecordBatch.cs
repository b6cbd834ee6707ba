using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Postgres.Records;
using KvsRecords.Storage;
using Npgsql;

namespace KvsRecords.Postgres.Writes;

/// <summary>Changes of records that are committed together, by store. Each store goes on by one revision, and each key gets one version.</summary>
internal sealed class RecordBatch
{
    private readonly SortedDictionary<long, StoreChanges> _stores;

    private RecordBatch(SortedDictionary<long, StoreChanges> stores) => _stores = stores;

    /// <summary>The memory that the changes take, about, in bytes.</summary>
    public int Size => _stores.Values.Sum(store => store.All.Sum(change => change.Size));

    /// <summary>Locks stores, always in the same order, and reads their sums.</summary>
    public static NpgsqlBatchCommand Lock(long[] stores) => Sql.Part(
        $"select {RecordRows.TotalsColumns} from stores where number = any($1) and state <> 1 order by number for update", Sql.P(stores));

    /// <summary>Reads what <see cref="Lock"/> gives.</summary>
    public static async Task<RecordBatch> ReadAsync(NpgsqlDataReader rows)
    {
        var stores = new SortedDictionary<long, StoreChanges>();
        while (await rows.ReadAsync())
            stores.Add(rows.GetInt64(0), new StoreChanges(RecordRows.ReadTotals(rows), []));
        return new RecordBatch(stores);
    }

    /// <summary>Adds a change, whose store is locked or is not there; false: neither is known.</summary>
    public bool TryAdd(RecordChange change)
    {
        if (!_stores.TryGetValue(change.Store, out var changes))
            return false;

        changes.All.Add(change);
        return true;
    }

    /// <summary>Ends the versions that held, adds the new ones, and saves the sums.</summary>
    public async Task ApplyAsync(NpgsqlConnection database, long stamp, long now)
    {
        if (_stores.Count == 0)
            return;

        var ended = await EndAsync(database);
        await using var batch = new NpgsqlBatch(database);
        var bodies = new List<(NpgsqlBatchCommand Command, int Count)>();
        foreach (var (number, changes) in _stores)
            Add(batch, changes, ended[number], stamp, now, bodies);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync();

        // A database that took over may lack what was uploaded to the one before.
        if (bodies.Any(each => each.Command.RecordsAffected != each.Count))
            throw new StorageUnavailableException("A body was not stored whole. Send it again.");
    }

    // Each key that is put or deleted: what holds ends in any case.
    private async Task<Dictionary<long, Dictionary<string, CompressedLengths>>> EndAsync(NpgsqlConnection database)
    {
        // Key by key: of a table without statistics, the planner would read all keys of the store.
        const string End = """
            update records set died = $3, died_at = clock_timestamp()
            from unnest($2) as n (key) cross join lateral (
                select ctid from records where store = $1 and key = n.key and died is null limit 1) as found
            where records.ctid = found.ctid
            returning records.key, compressed_length, length
            """;
        await using var batch = new NpgsqlBatch(database);
        foreach (var (number, changes) in _stores)
        {
            var keys = changes.All.Select(change => change.Key).Distinct().ToArray();
            batch.BatchCommands.Add(Sql.Part(End, Sql.P(number), Sql.P(keys), Sql.P(changes.Before.Revision + 1)));
        }

        var ended = new Dictionary<long, Dictionary<string, CompressedLengths>>();
        await using var rows = await batch.ExecuteReaderAsync();
        foreach (var number in _stores.Keys)
        {
            var ofStore = ended[number] = [];
            while (await rows.ReadAsync())
                ofStore.Add(rows.GetString(0), new(rows.GetInt64(1), rows.GetInt64(2)));
            await rows.NextResultAsync();
        }

        return ended;
    }

    private static void Add(
        NpgsqlBatch batch, StoreChanges changes, Dictionary<string, CompressedLengths> ended, long stamp, long now,
        List<(NpgsqlBatchCommand Command, int Count)> bodies)
    {
        var after = changes.Before with { Revision = changes.Before.Revision + 1, Modified = now };
        foreach (var (key, lengths) in ended)
            after = Sum(after, key, -1, lengths.Compressed, lengths.Value);

        var there = ended.Keys.ToHashSet();
        var puts = new Dictionary<string, RecordChange>();
        var left = new List<Guid>();
        foreach (var change in changes.All)
        {
            var wasThere = change.Version is null ? there.Remove(change.Key) : !there.Add(change.Key);
            change.IsDone = change.Version is not null || wasThere;
            if (puts.Remove(change.Key, out var before) && before.Version!.Object is { } overwritten)
                left.Add(overwritten);
            if (change.Version is not null)
                puts[change.Key] = change;
            after = Count(after, change);
        }

        if (ended.Count == 0 && puts.Count == 0)
            return;

        foreach (var change in puts.Values)
            after = Sum(after, change.Key, 1, change.Version!.Entry.CompressedLength, change.Version.Entry.Length);
        AddObjects(batch, [.. puts.Values.Where(change => change.Version!.Object is not null)], left, bodies);
        if (puts.Count > 0)
            batch.BatchCommands.Add(Insert(after, [.. puts.Values], now));
        batch.BatchCommands.Add(Save(after, stamp));
    }

    private static StoreTotals Sum(StoreTotals totals, string key, int sign, long compressed, long value) => totals with
    {
        Records = totals.Records + sign,
        CompressedBytes = totals.CompressedBytes + (sign * compressed),
        KeyBytes = totals.KeyBytes + (sign * Encoding.UTF8.GetByteCount(key)),
        ValueBytes = totals.ValueBytes + (sign * value),
    };

    private static StoreTotals Count(StoreTotals totals, RecordChange change) => (change.Counts && change.IsDone, change.Version) switch
    {
        (false, _) => totals,
        (_, null) => totals with { Deletes = totals.Deletes + 1 },
        _ => totals with { Writes = totals.Writes + 1 },
    };

    // A body that was overwritten before any record had it is dead at once.
    private static void AddObjects(
        NpgsqlBatch batch, RecordChange[] large, List<Guid> left, List<(NpgsqlBatchCommand Command, int Count)> bodies)
    {
        const string Name = """
            update objects o set state = 1 from unnest($1::uuid[], $2::bigint[]) as n (id, length)
            where o.id = n.id and o.state = 0 and n.length = (select sum(length(c.data)) from chunks c where c.object = n.id)
            """;
        if (large.Length > 0)
        {
            var command = Sql.Part(
                Name, Sql.P(Array.ConvertAll(large, change => change.Version!.Object!.Value)),
                Sql.P(Array.ConvertAll(large, change => change.Version!.Entry.CompressedLength)));
            batch.BatchCommands.Add(command);
            bodies.Add((command, large.Length));
        }

        if (left.Count > 0)
            batch.BatchCommands.Add(Sql.Part("update objects set state = 2, dead_at = clock_timestamp() where id = any($1)", Sql.P(left.ToArray())));
    }

    private static NpgsqlBatchCommand Insert(StoreTotals after, RecordChange[] puts, long now)
    {
        const string Insert = """
            insert into records (store, born, key, length, compressed_length, crc32, method, modified, header, content_type, object, body)
            select $1, $2, n.*
            from unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::smallint[], $8::bigint[], $9::bytea[], $10::text[], $11::uuid[], $12::bytea[]) as n
            """;
        var entries = Array.ConvertAll(puts, change => change.Version!.Entry);
        return Sql.Part(
            Insert, Sql.P(after.Store), Sql.P(after.Revision), Sql.P(Array.ConvertAll(puts, change => change.Key)),
            Sql.P(Array.ConvertAll(entries, entry => entry.Length)), Sql.P(Array.ConvertAll(entries, entry => entry.CompressedLength)),
            Sql.P(Array.ConvertAll(entries, entry => (long)entry.Crc32)), Sql.P(Array.ConvertAll(entries, entry => (short)entry.Method)),
            Sql.P(Array.ConvertAll(puts, change => change.ModifiedAt(now))),
            Sql.P(Array.ConvertAll(puts, change => EntryHeader.Create(Encoding.UTF8.GetBytes(change.Key), change.Version!.Entry, change.ModifiedAt(now)))),
            Sql.P(Array.ConvertAll(puts, change => change.Version!.ContentType)), Sql.P(Array.ConvertAll(puts, change => change.Version!.Object)),
            Sql.P(Array.ConvertAll(puts, change => change.Version!.Body)));
    }

    private static NpgsqlBatchCommand Save(StoreTotals after, long stamp)
    {
        const string Save = """
            update stores set revision = $2, records = $3, compressed_bytes = $4, key_bytes = $5, value_bytes = $6, writes = $7, deletes = $8,
                modified = $9, stamp = $10
            where number = $1
            """;
        return Sql.Part(
            Save, Sql.P(after.Store), Sql.P(after.Revision), Sql.P(after.Records), Sql.P(after.CompressedBytes), Sql.P(after.KeyBytes),
            Sql.P(after.ValueBytes), Sql.P(after.Writes), Sql.P(after.Deletes), Sql.P(after.Modified), Sql.P(stamp));
    }

    private readonly record struct CompressedLengths(long Compressed, long Value);
}

/// <summary>The changes of one store in a transaction.</summary>
/// <param name="Before">The store's sums, locked.</param>
/// <param name="All">The changes, in the order in which they came.</param>
internal sealed record StoreChanges(StoreTotals Before, List<RecordChange> All);

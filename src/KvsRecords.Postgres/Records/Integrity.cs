using System.Globalization;
using KvsRecords.Postgres.Database;
using Npgsql;

namespace KvsRecords.Postgres.Records;

/// <summary>
/// Checks of the tables against each other: what names something that is not there, what is not named, and what would stay for good. Each
/// is one statement and sees one instant, so that it is right while servers write and remove.
/// </summary>
internal static class Integrity
{
    // One line for each is of no use beyond this.
    private const int MaxRows = 1_000;

    // Longer than another server needs to remove what a server that has ended left half done.
    private const string IsAlive = "v.seen > clock_timestamp() - interval '2 minutes'";

    /// <summary>All of them. Each statement gives the number of a store or null, a key or null, and what the reason names.</summary>
    public static IReadOnlyList<IntegrityCheck> All { get; } =
    [
        new("the table of records", "{0} versions of records are left of it, and the store is gone.", """
            select r.store, null, count(*)::text from records r where not exists (select 1 from stores s where s.number = r.store)
            group by r.store order by 1
            """),
        new("the table of records", "{0} versions of it overlap: two hold at once.", """
            select store, key, (count(*) + 1)::text
            from (select store, key, died, lead(born) over (partition by store, key order by born) as next from records) v
            where next < died or (next is not null and died is null) group by store, key order by 1, 2
            """),
        new("the table of records", "It has the revision {0}, which is later than that of its store.", """
            select r.store, r.key, greatest(r.born, r.died)::text from records r join stores s on s.number = r.store
            where greatest(r.born, r.died) > s.revision order by 1, 2
            """),
        new("the table of records", "A version of it that is dead since the revision {0} is never removed: it has no time.", """
            select store, key, died::text from records where died is not null and died_at is null order by 1, 2
            """),
        new("the table of objects", "Its body {0} is missing, or is being removed.", """
            select r.store, r.key, r.object::text from records r left join objects o on o.id = r.object
            where r.object is not null and o.state is distinct from 1 order by 1, 2
            """),
        new("the table of objects", "The body {0} belongs to no record.", """
            select null::bigint, null, o.id::text from objects o
            where o.state = 1 and not exists (select 1 from records r where r.object = o.id) order by o.id
            """),
        new("the table of objects", "The body {0} belongs to more than one record.", """
            select null::bigint, null, object::text from records where object is not null
            group by object having count(*) > 1 order by object
            """),
        new("the table of objects", "The body {0} was not written to its end, and its server has ended. The next server removes it.", $"""
            select null::bigint, null, o.id::text from objects o
            where o.state = 0 and not exists (select 1 from servers v where v.id = o.server and {IsAlive}) order by o.id
            """),
        new("the table of objects", "The body {0} is never removed: its state is unknown, or has no time.", """
            select null::bigint, null, id::text from objects where state not in (0, 1, 2) or (state = 2 and dead_at is null) order by id
            """),
        new("the table of chunks", "Parts of the body {0} are left, and the body is gone.", """
            select null::bigint, null, c.object::text from chunks c where not exists (select 1 from objects o where o.id = c.object)
            group by c.object order by c.object
            """),
        new("the table of stores", "Another store has its id or its name.", """
            select number, null, '' from (
                select number, count(*) over (partition by id) as ids,
                    case when folded_name is null then 1 else count(*) over (partition by owner, folded_name) end as names
                from stores where state = 0) s
            where ids > 1 or names > 1 order by 1
            """),
        new("the table of stores", "It was not filled to its end, and its server has ended. The next server removes it.", $"""
            select number, null, '' from stores s
            where state = 2 and not exists (select 1 from servers v where v.id = s.filled_by and {IsAlive}) order by 1
            """),
        new("the table of stores", "It is never removed: its state is unknown, or has no time.", """
            select number, null, '' from stores where state not in (0, 1, 2) or (state = 1 and gone_at is null) order by 1
            """),
    ];

    /// <summary>Runs a check.</summary>
    public static Task<List<IntegrityFault>> FindAsync(
        NpgsqlConnection database, IntegrityCheck check, CancellationToken cancellationToken) =>
        Sql.LongRowsAsync(
            database, $"{check.Sql} limit {MaxRows}",
            row => new IntegrityFault(
                row.IsDBNull(0) ? null : row.GetInt64(0), Sql.Text(row, 1),
                string.Format(CultureInfo.InvariantCulture, check.Reason, row.GetString(2))),
            cancellationToken);
}

/// <summary>A check of the tables against each other.</summary>
/// <param name="Place">Where the damage is.</param>
/// <param name="Reason">What each row says, with a place for what the row names.</param>
/// <param name="Sql">The statement whose rows are faults.</param>
internal sealed record IntegrityCheck(string Place, string Reason, string Sql);

/// <summary>A fault that a check has found.</summary>
/// <param name="Store">The number of the store, or null.</param>
/// <param name="Key">The key of the record, or null.</param>
/// <param name="Reason">What is wrong.</param>
internal sealed record IntegrityFault(long? Store, string? Key, string Reason);

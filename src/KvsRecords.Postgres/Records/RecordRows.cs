using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Records;

/// <summary>The rows of records, of which there is one for each version of each.</summary>
internal static class RecordRows
{
    // The versions at a revision: those that had come, and had not gone.
    private const string Holds = "born <= $2 and (died is null or died > $2)";

    // The name of the database's history: another one after each promotion of a standby.
    private const string Timeline = "left(pg_walfile_name(pg_current_wal_lsn()), 8)";

    private const string Facts = """
        r.born, r.length, r.compressed_length, r.crc32, r.method, r.modified, r.content_type, r.object, r.body, r.header
        """;

    /// <summary>Reads the sums of a store that is there, or being filled; null when there is none.</summary>
    public static Task<(StoreTotals Totals, long Stamp, bool IsExpiring, string Timeline)?> TotalsAsync(
        NpgsqlConnection database, long store, CancellationToken cancellationToken) =>
        Sql.FirstAsync(
            database, $"select {TotalsColumns}, {Timeline} from stores where number = $1 and state <> 1",
            row => ((StoreTotals, long, bool, string)?)(ReadTotals(row), row.GetInt64(10), row.GetBoolean(11), row.GetString(12)), cancellationToken, Sql.P(store));

    /// <summary>The columns that <see cref="ReadTotals"/> reads.</summary>
    public const string TotalsColumns =
        "number, revision, records, compressed_bytes, key_bytes, value_bytes, writes, deletes, incarnation, modified, stamp, is_expiring";

    public static StoreTotals ReadTotals(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), Sum(row, 2), Sum(row, 3), Sum(row, 4), Sum(row, 5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8),
        row.GetInt64(9));

    /// <summary>Lists the next current records, in their order, and tells whether a read of the store is to be saved at once.</summary>
    public static async Task<(bool IsExpiring, List<RecordInfo> Records)> ListAsync(
        NpgsqlConnection database, long store, string from, bool inclusive, long most, CancellationToken cancellationToken)
    {
        // One row without a record where there is none.
        var rows = await Sql.RowsAsync(
            database,
            $"""
            select s.is_expiring, r.key, r.length
            from stores s left join lateral (
                select key, length from records where store = $1 and key {Compare(inclusive)} $2 and died is null
                order by key limit $3) r on true
            where s.number = $1 and s.state = 0 order by r.key
            """,
            row => (IsExpiring: row.GetBoolean(0), Key: Sql.Text(row, 1), Length: row.IsDBNull(2) ? 0 : row.GetInt64(2)),
            cancellationToken, Sql.P(store), Sql.P(from), Sql.P(most));
        var records = rows.Where(row => row.Key is not null).Select(row => new RecordInfo(new RecordKey(row.Key!), row.Length));
        return (rows is [(true, _, _), ..], [.. records]);
    }

    /// <summary>The next keys of a store at a revision, in their order.</summary>
    public static Task<List<string>> KeysAsync(
        NpgsqlConnection database, StoreTotals totals, string from, bool inclusive, int most, CancellationToken cancellationToken) =>
        Sql.RowsAsync(
            database, $"select key from records where store = $1 and key {Compare(inclusive)} $3 and {Holds} order by key limit $4",
            row => row.GetString(0), cancellationToken, Sql.P(totals.Store), Sql.P(totals.Revision), Sql.P(from), Sql.P((long)most));

    /// <summary>
    /// The timeline of the database and, as a second result, the next entries of a store at a revision: key and header.
    /// </summary>
    public static NpgsqlBatch Headers(NpgsqlConnection database, StoreTotals totals, string from, bool inclusive, int most) =>
        OnTimeline(database, Sql.Part(
            $"select key, header {Next(inclusive)}", Sql.P(totals.Store), Sql.P(totals.Revision), Sql.P(from), Sql.P((long)most)));

    /// <summary>
    /// The timeline of the database and, as a second result, the next entries of a store at a revision, as far as there is room for
    /// them: key, header, object, two pieces of the body, the length of a body that is too large to come along, and whether an entry was
    /// left out. Rows that have no room are not sent: the database adds up what each takes. The first always comes.
    /// </summary>
    /// <param name="database">A connection.</param>
    /// <param name="totals">The store at the revision.</param>
    /// <param name="from">The key to begin with.</param>
    /// <param name="inclusive">False: the key to begin after.</param>
    /// <param name="most">How many entries are looked at.</param>
    /// <param name="room">How many bytes keys, headers and bodies may take.</param>
    public static NpgsqlBatch Entries(NpgsqlConnection database, StoreTotals totals, string from, bool inclusive, int most, int room)
    {
        // Two columns: to join the chunks took the database as long again as to read them.
        const string Chunk = "(select c.data from chunks c where c.object = r.object and c.no =";
        const string Length = "(select sum(length(c.data)) from chunks c where c.object = r.object)::bigint";
        return OnTimeline(database, Sql.Part(
            $"""
            select key, header, object,
                case when object is null then body when compressed_length <= $6 then {Chunk} 0) end,
                case when object is not null and compressed_length <= $6 and compressed_length > $7 then {Chunk} 1) end,
                case when object is not null and compressed_length > $6 then {Length} end,
                more
            from (
                select *, sum(size) over w as total, lead(true, 1, false) over w as more
                from (
                    select key, header, object, body, compressed_length,
                        octet_length(key) + octet_length(header) + case when compressed_length <= $6 then compressed_length::int else 0 end as size
                    {Next(inclusive)}
                ) as r
                window w as (order by key rows between unbounded preceding and current row)
            ) as r
            where total <= $5 or total = size order by key
            """,
            Sql.P(totals.Store), Sql.P(totals.Revision), Sql.P(from), Sql.P((long)most), Sql.P((long)room), Sql.P((long)EntryPage.LargestBody),
            Sql.P((long)Bodies.ChunkSize)));
    }

    private static string Next(bool inclusive) => $"from records r where store = $1 and key {Compare(inclusive)} $3 and {Holds} order by key limit $4";

    private static NpgsqlBatch OnTimeline(NpgsqlConnection database, NpgsqlBatchCommand command) =>
        new(database) { BatchCommands = { Sql.Part($"select {Timeline}"), command } };

    /// <summary>Sums up a range of entries at a revision. It reads the rows: no index has their lengths.</summary>
    public static async Task<EntryTotals> SumAsync(
        NpgsqlConnection database, StoreTotals totals, KeyRange range, CancellationToken cancellationToken)
    {
        var (from, to) = range.Bounds;
        var sum = $"""
            select count(*), coalesce(sum(octet_length(key)), 0)::bigint, coalesce(sum(compressed_length), 0)::bigint, coalesce(sum(length), 0)::bigint
            from records where store = $1 and {Holds} and key >= $3
            """;
        NpgsqlParameter[] parameters = [Sql.P(totals.Store), Sql.P(totals.Revision), Sql.P(from)];
        var sums = await Sql.LongRowsAsync(
            database, to is null ? sum : $"{sum} and key < $4",
            row => new EntryTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken,
            to is null ? parameters : [.. parameters, Sql.P(to)]);
        return sums[0];
    }

    /// <summary>Sums up the current records by content type, the largest sums first.</summary>
    public static async Task<SizesByType> SumByTypeAsync(NpgsqlConnection database, long store, CancellationToken cancellationToken)
    {
        const int Most = 100;
        const string Sum = """
            select r.content_type, count(*), sum(r.length)::bigint from records r join stores s on s.number = r.store
            where r.store = $1 and s.state = 0 and r.died is null group by r.content_type order by 3 desc limit $2
            """;
        var sizes = new SizesByType();
        await Sql.LongRowsAsync<object?>(
            database, Sum,
            row =>
            {
                sizes.Add(Sql.Text(row, 0), row.GetInt64(1), row.GetInt64(2));
                return null;
            },
            cancellationToken, Sql.P(store), Sql.P(Most));
        return sizes;
    }

    /// <summary>The version of a record that holds now, or null.</summary>
    public static Task<(RecordVersion Version, bool IsExpiring)?> FindAsync(
        NpgsqlConnection database, long store, string key, CancellationToken cancellationToken) =>
        Sql.FirstAsync(
            database,
            $"""
            select {Facts}, s.is_expiring from records r join stores s on s.number = r.store
            where r.store = $1 and r.key = $2 and r.died is null and s.state = 0
            """,
            row => ((RecordVersion, bool)?)(ReadVersion(row), row.GetBoolean(10)), cancellationToken, Sql.P(store), Sql.P(key));

    /// <summary>The version of a record that holds at a revision, or null.</summary>
    public static Task<RecordVersion?> FindAsync(
        NpgsqlConnection database, StoreTotals totals, string key, CancellationToken cancellationToken) =>
        Sql.FirstAsync(
            database, $"select {Facts} from records r where store = $1 and key = $3 and {Holds}", ReadVersion, cancellationToken,
            Sql.P(totals.Store), Sql.P(totals.Revision), Sql.P(key));

    private static string Compare(bool inclusive) => inclusive ? ">=" : ">";

    private static long Sum(NpgsqlDataReader row, int column) => StoreColumns.CheckSum(row.GetInt64(column));

    private static RecordVersion ReadVersion(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new CompressedEntry(checked((uint)row.GetInt64(3)), Length(row, 1), Length(row, 2), Method(row.GetInt16(4))),
        row.GetInt64(5),
        Sql.Text(row, 6),
        row.IsDBNull(7) ? null : row.GetGuid(7),
        row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8),
        row.GetFieldValue<byte[]>(9));

    private static long Length(NpgsqlDataReader row, int column) =>
        row.GetInt64(column) is >= 0 and var length ? length : throw new FormatException("a length is less than nothing");

    private static CompressionMethod Method(short number) => (CompressionMethod)number is CompressionMethod.Stored or CompressionMethod.Deflated
        ? (CompressionMethod)number
        : throw new FormatException($"there is no method {number}");
}

/// <summary>A version of a record, as its row has it.</summary>
/// <param name="Born">The store's revision with which it came.</param>
/// <param name="Entry">The facts that the headers of its entry state.</param>
/// <param name="Modified">When the value was last changed, in milliseconds since 1970, UTC.</param>
/// <param name="ContentType">The content type, or null.</param>
/// <param name="Object">The large body; null when <paramref name="Body"/> is all.</param>
/// <param name="Body">The compressed bytes, or null.</param>
/// <param name="Header">The header of the entry, as an archive has it.</param>
internal sealed record RecordVersion(
    long Born, CompressedEntry Entry, long Modified, string? ContentType, Guid? Object, byte[]? Body, byte[] Header)
{
    /// <summary>Tells whether the header says what the row says.</summary>
    public bool HasItsHeader(RecordKey key) => EntryHeader.Create(Encoding.UTF8.GetBytes(key.Text), Entry, Modified).AsSpan().SequenceEqual(Header);
}

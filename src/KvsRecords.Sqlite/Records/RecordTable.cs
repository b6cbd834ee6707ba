using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Sqlite.Database;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite.Records;

/// <summary>The table of records, which has a row for each version of each.</summary>
internal static class RecordTable
{
    // The versions at a revision: those that had come, and had not gone.
    private const string Holds = "born <= ?2 and (died is null or died > ?2)";

    // The versions that are current, in stores that are there.
    private const string HoldsNow = "died is null and exists (select 1 from stores where number = ?1 and state = 0)";

    private const string Select = """
        select born, length, packed_length, crc32, method, modified, content_type, file, body
        from records where store = ?1 and key = ?2
        """;

    /// <summary>The next keys of a store at a revision, in their order.</summary>
    /// <param name="database">Where.</param>
    /// <param name="totals">Which store, at which revision.</param>
    /// <param name="from">Where to go on.</param>
    /// <param name="inclusive">Whether <paramref name="from"/> itself belongs to it.</param>
    /// <param name="most">How many at most.</param>
    public static List<string> Keys(Connection database, StoreTotals totals, string from, bool inclusive, int most)
    {
        const string After = $"select key from records where store = ?1 and key > ?3 and {Holds} order by key limit ?4";
        const string At = $"select key from records where store = ?1 and key >= ?3 and {Holds} order by key limit ?4";
        return database.Rows(inclusive ? At : After, row => row.GetString(0), totals.Store, totals.Revision, from, most);
    }

    /// <summary>
    /// Lists the next current records, in their order. The columns that are read lie before the body in a row: a body that does not fit
    /// beside them is not read. 1,000 of 1,000,000 records (3 GB) took 1.1 times as long as 1,000 of 10,000.
    /// </summary>
    public static List<RecordInfo> List(Connection database, long store, string from, bool inclusive, long most)
    {
        const string After = $"select key, length from records where store = ?1 and key > ?2 and {HoldsNow} order by key limit ?3";
        const string At = $"select key, length from records where store = ?1 and key >= ?2 and {HoldsNow} order by key limit ?3";
        return database.Rows(
            inclusive ? At : After, row => new RecordInfo(new RecordKey(row.GetString(0)), row.GetInt64(1)), store, from, most);
    }

    /// <summary>Sums up the current records by content type, the largest sums first. Bodies that lie elsewhere are not read.</summary>
    public static SizesByType SumByType(Connection database, long store)
    {
        const int Most = 100;
        const string Sum = $"""
            select content_type, count(*), sum(length) as bytes from records where store = ?1 and {HoldsNow}
            group by content_type order by bytes desc limit ?2
            """;
        var sizes = new SizesByType();
        database.Rows<object?>(Sum, row =>
        {
            sizes.Add(row.IsDBNull(0) ? null : row.GetString(0), row.GetInt64(1), row.GetInt64(2));
            return null;
        }, store, Most);
        return sizes;
    }

    /// <summary>
    /// The entries of a store at a revision from a key on, in their order, with the columns that <see cref="EntryReader"/> knows. Without
    /// bodies they come from an index that has no others.
    /// </summary>
    /// <param name="database">Where.</param>
    /// <param name="totals">Which store, at which revision.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="inclusive">Whether <paramref name="from"/> itself belongs to it.</param>
    /// <param name="withBodies">Whether the bodies are asked for.</param>
    public static SqliteDataReader Entries(Connection database, StoreTotals totals, string from, bool inclusive, bool withBodies)
    {
        const string Bodies = "select key, header, file, body from records where store = ?1 and";
        const string Headers = "select key, header from records indexed by directory where store = ?1 and";
        var sql = (withBodies, inclusive) switch
        {
            (true, true) => $"{Bodies} key >= ?3 and {Holds} order by key",
            (true, false) => $"{Bodies} key > ?3 and {Holds} order by key",
            (false, true) => $"{Headers} key >= ?3 and {Holds} order by key",
            _ => $"{Headers} key > ?3 and {Holds} order by key",
        };
        return database.Open(sql, totals.Store, totals.Revision, from);
    }

    /// <summary>The version of a record that holds now, or null.</summary>
    public static RecordVersion? Find(Connection database, long store, string key) =>
        database.First($"{Select} and {HoldsNow}", Read, store, key);

    /// <summary>The version of a record that holds at a revision, or null.</summary>
    public static RecordVersion? Find(Connection database, StoreTotals totals, string key) =>
        database.First($"{Select} and born <= ?3 and (died is null or died > ?3)", Read, totals.Store, key, totals.Revision);

    /// <summary>The header that is sent of a record that holds at a revision, or null.</summary>
    public static byte[]? Header(Connection database, StoreTotals totals, string key) =>
        database.First(
            $"select header from records where store = ?1 and key = ?3 and {Holds}", row => row.GetFieldValue<byte[]>(0), totals.Store,
            totals.Revision, key);

    /// <summary>Adds a version, and marks the one that held as dead.</summary>
    public static StoreTotals Put(Connection database, StoreTotals before, string key, RecordVersion version)
    {
        const string Insert = """
            insert into records (store, key, born, length, packed_length, crc32, method, modified, header, content_type, file, body)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """;
        var after = End(database, before, key) ?? before with { Revision = before.Revision + 1 };
        var entry = version.Entry;
        var keyBytes = Encoding.UTF8.GetBytes(key);
        database.Run(
            Insert, after.Store, key, version.Born, entry.Length, entry.CompressedLength, (long)entry.Crc32, (long)entry.Method,
            version.Modified, EntryHeader.Create(keyBytes, entry, version.Modified), version.ContentType, version.File, version.Body);
        return after with
        {
            Records = after.Records + 1,
            CompressedBytes = after.CompressedBytes + entry.CompressedLength,
            KeyBytes = after.KeyBytes + keyBytes.Length,
            ValueBytes = after.ValueBytes + entry.Length,
            Writes = after.Writes + 1,
        };
    }

    /// <summary>Marks the version that holds as dead; null when there is none.</summary>
    public static StoreTotals? Delete(Connection database, StoreTotals before, string key) =>
        End(database, before, key) is { } after ? after with { Deletes = after.Deletes + 1 } : null;

    private static StoreTotals? End(Connection database, StoreTotals before, string key)
    {
        const string Die = "update records set died = ?3 where store = ?1 and key = ?2 and died is null returning packed_length, length";
        var revision = before.Revision + 1;
        return database.First(Die, row => before with
        {
            Revision = revision,
            Records = before.Records - 1,
            CompressedBytes = before.CompressedBytes - row.GetInt64(0),
            KeyBytes = before.KeyBytes - Encoding.UTF8.GetByteCount(key),
            ValueBytes = before.ValueBytes - row.GetInt64(1),
        }, before.Store, key, revision);
    }

    public static long LastFile(Connection database) =>
        database.First("select max(file) from records where file is not null", row => row.IsDBNull(0) ? 0 : row.GetInt64(0));

    /// <summary>Lists every file that a row names. The plus sign makes the database read the rows, and not an index of them.</summary>
    public static IReadOnlySet<long> AllFiles(Connection database) =>
        database.Rows("select file from records where +file is not null", row => row.GetInt64(0)).ToHashSet();

    public static bool IsFileKnown(Connection database, long file) =>
        database.First("select 1 from records where file = ?1", _ => true, file);

    private static RecordVersion Read(SqliteDataReader row) => new(
        row.GetInt64(0),
        new CompressedEntry(checked((uint)row.GetInt64(3)), Length(row, 1), Length(row, 2), Method(row.GetInt64(4))),
        row.GetInt64(5),
        row.IsDBNull(6) ? null : row.GetString(6),
        row.IsDBNull(7) ? null : row.GetInt64(7),
        row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8));

    private static long Length(SqliteDataReader row, int column) => row.GetInt64(column) is >= 0 and var length
        ? length
        : throw new FormatException("a length is less than nothing");

    private static CompressionMethod Method(long number) => (CompressionMethod)number is CompressionMethod.Stored or CompressionMethod.Deflated
        ? (CompressionMethod)number
        : throw new FormatException($"there is no method {number}");
}

/// <summary>A version of a record, as its row has it.</summary>
/// <param name="Born">The store's revision with which it came.</param>
/// <param name="Entry">The facts that the headers of its entry state.</param>
/// <param name="Modified">When the value was last changed, in milliseconds since 1970, UTC.</param>
/// <param name="ContentType">The content type, or null.</param>
/// <param name="File">The number of the file that holds the compressed bytes; null when <paramref name="Body"/> does.</param>
/// <param name="Body">The compressed bytes, or null.</param>
internal sealed record RecordVersion(
    long Born, CompressedEntry Entry, long Modified, string? ContentType, long? File, byte[]? Body);

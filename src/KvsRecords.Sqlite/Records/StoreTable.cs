using KvsRecords.Access;
using KvsRecords.Managed;
using KvsRecords.Sqlite.Database;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite.Records;

/// <summary>The table of stores. A store that is deleted, or not complete yet, is found only by its number.</summary>
internal sealed class StoreTable(Func<string, User?> findUser, AccessCounts counts)
{
    private const string Select = """
        select number, id, owner, owner_name, name, title, general_access, shared_with, signing_key, schema, created, modified, accessed,
            reads, writes, deletes, lists, value_bytes, records
        from stores where state = 0
        """;

    public List<Store> All(Connection database) => database.Rows(Select + " order by created, number", Read);

    public Store? ById(Connection database, string id) => database.First(Select + " and id = ?1", Read, id);

    public Store? ByNumber(Connection database, long number) => database.First(Select + " and number = ?1", Read, number);

    public Store? ByName(Connection database, string owner, string name) =>
        database.First(Select + " and owner = ?1 and folded_name = ?2", Read, owner, StoreColumns.Fold(name));

    /// <summary>Adds a store that is like a model of it, and is given the signing key that the model lacks.</summary>
    /// <returns>Its number.</returns>
    public static long Insert(Connection database, Store model, int state, long now)
    {
        const string Insert = """
            insert into stores (id, owner, owner_name, name, folded_name, title, general_access, shared_with, signing_key, schema,
                created, modified, accessed, revision, records, packed_bytes, key_bytes, value_bytes, reads, writes, deletes, lists, state,
                incarnation)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?13, random())
            returning number
            """;
        return database.First(
            Insert, row => row.GetInt64(0), model.Id, model.Owner.Id, model.Owner.Username, model.Name, StoreColumns.Fold(model.Name), model.Title,
            GeneralAccessName.Of(model.GeneralAccess), StoreColumns.FromUsers(model.SharedWith), model.UrlSigningSecretKey ?? UrlSignature.CreateKey(),
            model.Schema?.Json, model.CreatedAt?.ToUnixTimeMilliseconds() ?? now, now, state);
    }

    public static void Update(Connection database, long number, StoreChange change, long now)
    {
        const string Update = """
            update stores set name = nullif(coalesce(?2, name), ''), folded_name = nullif(coalesce(?3, folded_name), ''),
                title = nullif(coalesce(?4, title), ''), general_access = coalesce(?5, general_access),
                shared_with = nullif(coalesce(?6, shared_with), '[]'), modified = ?7
            where number = ?1
            """;
        var access = change.GeneralAccess is { } value ? GeneralAccessName.Of(value) : null;
        var shared = change.SharedWith is { } users ? StoreColumns.FromUsers(users) ?? "[]" : null;
        database.Run(Update, number, change.Name, StoreColumns.Fold(change.Name), change.Title, access, shared, now);
    }

    /// <summary>Applies a declaration; facts that it does not declare stay, except for who may read.</summary>
    public static void Declare(Connection database, long number, StoreDeclaration declared)
    {
        const string Declare = """
            update stores set id = coalesce(?2, id), owner = coalesce(?3, owner), owner_name = coalesce(?4, owner_name),
                general_access = ?5, shared_with = ?6, signing_key = coalesce(?7, signing_key), schema = coalesce(?8, schema)
            where number = ?1
            """;
        database.Run(
            Declare, number, declared.Id, declared.Owner?.Id, declared.Owner?.Username, GeneralAccessName.Of(declared.GeneralAccess),
            StoreColumns.FromUsers(declared.SharedWith), declared.UrlSigningSecretKey, declared.Schema?.Json);
    }

    public static void SetState(Connection database, long number, int state) =>
        database.Run("update stores set state = ?2 where number = ?1", number, state);

    /// <summary>Reads the sums of a store that is there, or being filled; null when there is none.</summary>
    public static StoreTotals? Totals(Connection database, long number)
    {
        const string Totals = """
            select number, revision, records, packed_bytes, key_bytes, value_bytes, writes, deletes, incarnation, modified
            from stores where number = ?1 and state <> 1
            """;
        return database.First(Totals, row => new StoreTotals(
            row.GetInt64(0), row.GetInt64(1), Sum(row, 2), Sum(row, 3), Sum(row, 4), Sum(row, 5), row.GetInt64(6), row.GetInt64(7),
            row.GetInt64(8), row.GetInt64(9)), number);
    }

    private static long Sum(SqliteDataReader row, int column) => StoreColumns.CheckSum(row.GetInt64(column));

    public static void Save(Connection database, StoreTotals totals, long now)
    {
        const string Save = """
            update stores set revision = ?2, records = ?3, packed_bytes = ?4, key_bytes = ?5, value_bytes = ?6, writes = ?7, deletes = ?8,
                modified = ?9
            where number = ?1
            """;
        database.Run(
            Save, totals.Store, totals.Revision, totals.Records, totals.CompressedBytes, totals.KeyBytes, totals.ValueBytes, totals.Writes,
            totals.Deletes, now);
    }

    /// <summary>Reads the counts of reads in the row of a store; null when it is not there.</summary>
    public static Access? Access(Connection database, long number) =>
        database.First(
            "select reads, lists, accessed from stores where number = ?1 and state = 0",
            row => new Access(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), number);

    public static void SaveAccess(Connection database, long number, Access access) =>
        database.Run(
            "update stores set reads = ?2, lists = ?3, accessed = ?4 where number = ?1", number, access.Reads, access.Lists, access.Last);

    private Store Read(SqliteDataReader row)
    {
        var owner = findUser(row.GetString(2)) ?? new User(row.GetString(2), row.GetString(3));
        var access = counts.Latest(row.GetInt64(0), new Access(row.GetInt64(13), row.GetInt64(16), row.GetInt64(12)));
        return new Store
        {
            Location = row.GetString(0),
            Id = row.GetString(1),
            Owner = owner,
            Name = Text(row, 4),
            Title = Text(row, 5),
            GeneralAccess = StoreColumns.ToGeneralAccess(row.GetString(6)),
            SharedWith = StoreColumns.ToUsers(Text(row, 7)),
            UrlSigningSecretKey = Text(row, 8),
            Schema = StoreColumns.ToSchema(Text(row, 9)),
            CreatedAt = Stored.Time(row.GetInt64(10)),
            ModifiedAt = Stored.Time(row.GetInt64(11)),
            AccessedAt = Stored.Time(access.Last),
            Stats = new StoreStats(access.Reads, row.GetInt64(14), row.GetInt64(15), access.Lists, row.GetInt64(18), row.GetInt64(17)),
        };
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

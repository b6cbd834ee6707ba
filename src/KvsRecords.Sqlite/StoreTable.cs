using System.Text.Json;
using System.Text.Json.Serialization;
using KvsRecords.Access;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite;

/// <summary>The table of stores. What is not there, or not there yet, is found only by its number.</summary>
internal sealed partial class StoreTable(Func<string, User?> findUser, AccessCounts counts)
{
    /// <summary>The <c>state</c> of a store that everybody sees.</summary>
    public const int There = 0;

    /// <summary>The <c>state</c> of a store whose records are being removed.</summary>
    public const int Gone = 1;

    /// <summary>The <c>state</c> of a store that is being filled.</summary>
    public const int Unfinished = 2;

    private const long MaxSum = 1L << 53;

    private const string Select = """
        select number, id, owner, owner_name, name, title, general_access, shared_with, signing_key, schema, created, modified, accessed,
            reads, writes, deletes, lists, value_bytes, records
        from stores where state = 0
        """;

    public List<Store> All(Database database) => database.Prepare(Select + " order by created, number").Rows(Read);

    public Store? ById(Database database, string id) => database.Prepare(Select + " and id = ?1", id).First(Read);

    public Store? ByNumber(Database database, long number) => database.Prepare(Select + " and number = ?1", number).First(Read);

    public Store? ByName(Database database, string owner, string name) =>
        database.Prepare(Select + " and owner = ?1 and folded_name = ?2", owner, Fold(name)).First(Read);

    /// <summary>Adds a store that is like a model of it, and is given the signing key that the model lacks.</summary>
    /// <returns>Its number.</returns>
    public static long Insert(Database database, Store model, int state, long now)
    {
        const string Insert = """
            insert into stores (id, owner, owner_name, name, folded_name, title, general_access, shared_with, signing_key, schema,
                created, modified, accessed, revision, records, packed_bytes, key_bytes, value_bytes, reads, writes, deletes, lists, state,
                incarnation)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?13, random())
            returning number
            """;
        return database.Prepare(
            Insert, model.Id, model.Owner.Id, model.Owner.Username, model.Name, Fold(model.Name), model.Title,
            GeneralAccessName.Of(model.GeneralAccess), ToJson(model.SharedWith), model.UrlSigningSecretKey ?? UrlSignature.CreateKey(),
            model.Schema?.Json, model.CreatedAt?.ToUnixTimeMilliseconds() ?? now, now, state).First(row => row.GetInt64(0));
    }

    public static void Update(Database database, long number, StoreChange change, long now)
    {
        const string Update = """
            update stores set name = nullif(coalesce(?2, name), ''), folded_name = nullif(coalesce(?3, folded_name), ''),
                title = nullif(coalesce(?4, title), ''), general_access = coalesce(?5, general_access), modified = ?6
            where number = ?1
            """;
        var access = change.GeneralAccess is { } value ? GeneralAccessName.Of(value) : null;
        database.Prepare(Update, number, change.Name, Fold(change.Name), change.Title, access, now).Run();
    }

    /// <summary>Makes what is declared true; what is not declared stays, but for who may read.</summary>
    public static void Declare(Database database, long number, StoreDeclaration declared)
    {
        const string Declare = """
            update stores set id = coalesce(?2, id), owner = coalesce(?3, owner), owner_name = coalesce(?4, owner_name),
                general_access = ?5, shared_with = ?6, signing_key = coalesce(?7, signing_key), schema = coalesce(?8, schema)
            where number = ?1
            """;
        database.Prepare(
            Declare, number, declared.Id, declared.Owner?.Id, declared.Owner?.Username, GeneralAccessName.Of(declared.GeneralAccess),
            ToJson(declared.SharedWith), declared.UrlSigningSecretKey, declared.Schema?.Json).Run();
    }

    public static void SetState(Database database, long number, int state) =>
        database.Prepare("update stores set state = ?2 where number = ?1", number, state).Run();

    /// <summary>What was being filled when the program ended goes the way of what was deleted.</summary>
    public static void DeleteUnfinished(Database database) =>
        database.Prepare("update stores set state = ?2 where state = ?1", Unfinished, Gone).Run();

    /// <summary>What a store holds that is there, or being filled; null when there is none.</summary>
    public static StoreTotals? Totals(Database database, long number)
    {
        const string Totals = """
            select number, revision, records, packed_bytes, key_bytes, value_bytes, writes, deletes, incarnation, modified
            from stores where number = ?1 and state <> 1
            """;
        return database.Prepare(Totals, number).First(row => new StoreTotals(
            row.GetInt64(0), row.GetInt64(1), Sum(row, 2), Sum(row, 3), Sum(row, 4), Sum(row, 5), row.GetInt64(6), row.GetInt64(7),
            row.GetInt64(8), row.GetInt64(9)));
    }

    // With more, the length of an archive could not be said.
    private static long Sum(SqliteDataReader row, int column) => row.GetInt64(column) is >= 0 and <= MaxSum and var sum
        ? sum
        : throw new FormatException("a sum is less than nothing, or more than fits");

    public static void Save(Database database, StoreTotals totals, long now)
    {
        const string Save = """
            update stores set revision = ?2, records = ?3, packed_bytes = ?4, key_bytes = ?5, value_bytes = ?6, writes = ?7, deletes = ?8,
                modified = ?9
            where number = ?1
            """;
        database.Prepare(
            Save, totals.Store, totals.Revision, totals.Records, totals.PackedBytes, totals.KeyBytes, totals.ValueBytes, totals.Writes,
            totals.Deletes, now).Run();
    }

    /// <summary>How often a store was read, as its row has it; null when it is not there.</summary>
    public static Access? Access(Database database, long number) =>
        database.Prepare("select reads, lists, accessed from stores where number = ?1 and state = 0", number)
            .First(row => new Access(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));

    public static void SaveAccess(Database database, long number, Access access) =>
        database.Prepare("update stores set reads = ?2, lists = ?3, accessed = ?4 where number = ?1", number, access.Reads, access.Lists, access.Last)
            .Run();

    // The database compares what StoreName.AreSame compares.
    private static string? Fold(string? name) => name?.ToUpperInvariant();

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
            GeneralAccess = GeneralAccessName.TryParse(row.GetString(6), out var general) ? general : GeneralAccess.Restricted,
            SharedWith = Text(row, 7) is { } users ? ParseUsers(users) : new HashSet<string>(),
            UrlSigningSecretKey = Text(row, 8),
            Schema = Text(row, 9) is { } schema ? ParseSchema(schema) : null,
            CreatedAt = StoredTime.Read(row.GetInt64(10)),
            ModifiedAt = StoredTime.Read(row.GetInt64(11)),
            AccessedAt = StoredTime.Read(access.Last),
            Stats = new StoreStats(access.Reads, row.GetInt64(14), row.GetInt64(15), access.Lists, row.GetInt64(18), row.GetInt64(17)),
        };
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static StoreSchema ParseSchema(string schema)
    {
        using var json = JsonDocument.Parse(schema);
        var problems = new List<string>();
        return StoreSchema.Parse(json.RootElement, "schema", problems)
            ?? throw new InvalidDataException($"A store's schema is damaged: {string.Join("; ", problems)}.");
    }

    private static string? ToJson(IReadOnlySet<string> users) =>
        users.Count == 0 ? null : JsonSerializer.Serialize([.. users.Order(StringComparer.Ordinal)], UserIds.Default.StringArray);

    private static HashSet<string> ParseUsers(string json) => [.. JsonSerializer.Deserialize(json, UserIds.Default.StringArray) ?? []];

    [JsonSerializable(typeof(string[]))]
    private sealed partial class UserIds : JsonSerializerContext;
}

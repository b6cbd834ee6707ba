using System.Text.Json;
using KvsRecords.Access;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite;

/// <summary>The table of stores.</summary>
internal sealed class StoreTable(Func<string, User?> findUser)
{
    private const string Select =
        "select number, id, owner, owner_name, name, title, general_access, signing_key, schema, created, modified from stores where ";

    public List<Store> All(Database database) => database.Prepare(Select + "deleted = 0").Rows(Read);

    public Store? ById(Database database, string id) => database.Prepare(Select + "id = ?1 and deleted = 0", id).First(Read);

    public Store? ByNumber(Database database, long number) =>
        database.Prepare(Select + "number = ?1 and deleted = 0", number).First(Read);

    public Store? ByName(Database database, string owner, string name) =>
        database.Prepare(Select + "owner = ?1 and folded_name = ?2 and deleted = 0", owner, Fold(name)).First(Read);

    public Store Insert(Database database, User owner, string? name, StoreSchema? schema, long now)
    {
        const string Insert = """
            insert into stores (id, owner, owner_name, name, folded_name, general_access, signing_key, schema,
                created, modified, revision, records, packed_bytes, key_bytes)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 0, 0, 0, 0)
            """;
        var id = StoreId.Create();
        database.Prepare(
            Insert, id, owner.Id, owner.Username, name, name is null ? null : Fold(name),
            GeneralAccessName.Of(GeneralAccess.FollowUserSetting), UrlSignature.CreateKey(), schema?.Json, now).Run();
        return ById(database, id)!;
    }

    public static void Update(Database database, long number, StoreChange change, long now)
    {
        const string Update = """
            update stores set name = coalesce(?2, name), folded_name = coalesce(?3, folded_name), title = nullif(coalesce(?4, title), ''),
                general_access = coalesce(?5, general_access), modified = ?6
            where number = ?1
            """;
        var access = change.GeneralAccess is { } value ? GeneralAccessName.Of(value) : null;
        database.Prepare(Update, number, change.Name, change.Name is { } name ? Fold(name) : null, change.Title, access, now).Run();
    }

    public static void MarkDeleted(Database database, long number) =>
        database.Prepare("update stores set deleted = 1 where number = ?1", number).Run();

    /// <summary>What a store holds; null when it is not there.</summary>
    public static StoreTotals? Totals(Database database, long number)
    {
        const string Totals = "select number, revision, records, packed_bytes, key_bytes from stores where number = ?1 and deleted = 0";
        return database.Prepare(Totals, number).First(
            row => new StoreTotals(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)));
    }

    public static void Save(Database database, StoreTotals totals, long now)
    {
        const string Save =
            "update stores set revision = ?2, records = ?3, packed_bytes = ?4, key_bytes = ?5, modified = ?6 where number = ?1";
        database.Prepare(Save, totals.Store, totals.Revision, totals.Records, totals.PackedBytes, totals.KeyBytes, now).Run();
    }

    // The comparison without case that every backend makes: StringComparison.OrdinalIgnoreCase.
    private static string Fold(string name) => name.ToUpperInvariant();

    private Store Read(SqliteDataReader row)
    {
        var owner = findUser(row.GetString(2)) ?? new User(row.GetString(2), row.GetString(3));
        return new Store
        {
            Location = row.GetString(0),
            Id = row.GetString(1),
            Owner = owner,
            Name = Text(row, 4),
            Title = Text(row, 5),
            GeneralAccess = GeneralAccessName.TryParse(row.GetString(6), out var access) ? access : GeneralAccess.Restricted,
            UrlSigningSecretKey = Text(row, 7),
            Schema = Text(row, 8) is { } schema ? Parse(schema) : null,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
            ModifiedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(10)),
        };
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static StoreSchema Parse(string schema)
    {
        using var json = JsonDocument.Parse(schema);
        var problems = new List<string>();
        return StoreSchema.Parse(json.RootElement, "schema", problems)
            ?? throw new InvalidDataException($"A store's schema is damaged: {string.Join("; ", problems)}.");
    }
}

using KvsRecords.Access;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Records;

/// <summary>The rows of stores. A store that is deleted, or not complete yet, is found only by its number.</summary>
internal sealed class StoreRows(Func<string, User?> findUser, AccessCounts counts)
{
    private const string Select = """
        select number, id, owner, owner_name, name, title, general_access, shared_with, signing_key, schema, created, modified, accessed,
            reads, writes, deletes, lists, value_bytes, records
        from stores where state = 0
        """;

    public Task<List<Store>> AllAsync(NpgsqlConnection database, CancellationToken cancellationToken) =>
        Sql.RowsAsync(database, Select + " order by created, number", Read, cancellationToken);

    public Task<Store?> ByIdAsync(NpgsqlConnection database, string id, CancellationToken cancellationToken) =>
        OneAsync(database, " and id = $1", cancellationToken, Sql.P(id));

    public Task<Store?> ByNumberAsync(NpgsqlConnection database, long number, CancellationToken cancellationToken) =>
        OneAsync(database, " and number = $1", cancellationToken, Sql.P(number));

    public Task<Store?> ByNameAsync(NpgsqlConnection database, string owner, string name, CancellationToken cancellationToken) =>
        OneAsync(database, " and owner = $1 and folded_name = $2", cancellationToken, Sql.P(owner), Sql.P(StoreColumns.Fold(name)));

    /// <summary>Adds a store that is like a model of it, and is given the signing key that the model lacks.</summary>
    /// <returns>Its number; null when another store has its id, or its name.</returns>
    public static async Task<long?> InsertAsync(NpgsqlConnection database, Store model, short state, Guid? filledBy, long now)
    {
        const string Insert = """
            insert into stores (id, owner, owner_name, name, folded_name, title, general_access, shared_with, signing_key, schema,
                created, modified, accessed, state, filled_by, incarnation, stamp)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15, $15)
            on conflict do nothing
            returning number
            """;
        return await Sql.FirstAsync(
            database, Insert, row => (long?)row.GetInt64(0), CancellationToken.None, Sql.P(model.Id), Sql.P(model.Owner.Id),
            Sql.P(model.Owner.Username), Sql.P(model.Name), Sql.P(StoreColumns.Fold(model.Name)), Sql.P(model.Title),
            Sql.P(GeneralAccessName.Of(model.GeneralAccess)), Sql.P(StoreColumns.FromUsers(model.SharedWith)),
            Sql.P(model.UrlSigningSecretKey ?? UrlSignature.CreateKey()), Sql.P(model.Schema?.Json),
            Sql.P(model.CreatedAt?.ToUnixTimeMilliseconds() ?? now), Sql.P(now), Sql.P(state), Sql.P(filledBy), Sql.P(Random.Shared.NextInt64()));
    }

    public static Task UpdateAsync(NpgsqlConnection database, long number, StoreChange change, long now)
    {
        const string Update = """
            update stores set name = nullif(coalesce($2, name), ''), folded_name = nullif(coalesce($3, folded_name), ''),
                title = nullif(coalesce($4, title), ''), general_access = coalesce($5, general_access),
                shared_with = nullif(coalesce($6, shared_with), '[]'), modified = $7
            where number = $1
            """;
        var access = change.GeneralAccess is { } value ? GeneralAccessName.Of(value) : null;
        var shared = change.SharedWith is { } users ? StoreColumns.FromUsers(users) ?? "[]" : null;
        return Sql.RunAsync(
            database, Update, CancellationToken.None, Sql.P(number), Sql.P(change.Name), Sql.P(StoreColumns.Fold(change.Name)),
            Sql.P(change.Title), Sql.P(access), Sql.P(shared), Sql.P(now));
    }

    /// <summary>Applies a declaration; facts that it does not declare stay, except for who may read.</summary>
    public static Task DeclareAsync(NpgsqlConnection database, long number, StoreDeclaration declared)
    {
        const string Declare = """
            update stores set id = coalesce($2, id), owner = coalesce($3, owner), owner_name = coalesce($4, owner_name),
                general_access = $5, shared_with = $6, signing_key = coalesce($7, signing_key), schema = coalesce($8, schema)
            where number = $1
            """;
        return Sql.RunAsync(
            database, Declare, CancellationToken.None, Sql.P(number), Sql.P(declared.Id), Sql.P(declared.Owner?.Id),
            Sql.P(declared.Owner?.Username), Sql.P(GeneralAccessName.Of(declared.GeneralAccess)),
            Sql.P(StoreColumns.FromUsers(declared.SharedWith)), Sql.P(declared.UrlSigningSecretKey), Sql.P(declared.Schema?.Json));
    }

    /// <summary>Hides a store, which is removed later on.</summary>
    /// <returns>Whether it was there, or being filled.</returns>
    public static async Task<bool> HideAsync(NpgsqlConnection database, long number) =>
        await Sql.RunAsync(
            database, "update stores set state = 1, gone_at = clock_timestamp() where number = $1 and state <> 1", CancellationToken.None, Sql.P(number)) > 0;

    private Task<Store?> OneAsync(
        NpgsqlConnection database, string where, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) =>
        Sql.FirstAsync(database, Select + where, Read, cancellationToken, parameters);

    private Store Read(NpgsqlDataReader row)
    {
        var number = row.GetInt64(0);
        var owner = findUser(row.GetString(2)) ?? new User(row.GetString(2), row.GetString(3));
        var unsaved = counts.Unsaved(number);
        return new Store
        {
            Location = Stored.LocationOf(number),
            Id = row.GetString(1),
            Owner = owner,
            Name = Sql.Text(row, 4),
            Title = Sql.Text(row, 5),
            GeneralAccess = StoreColumns.ToGeneralAccess(row.GetString(6)),
            SharedWith = StoreColumns.ToUsers(Sql.Text(row, 7)),
            UrlSigningSecretKey = Sql.Text(row, 8),
            Schema = StoreColumns.ToSchema(Sql.Text(row, 9)),
            CreatedAt = Stored.Time(row.GetInt64(10)),
            ModifiedAt = Stored.Time(row.GetInt64(11)),
            AccessedAt = Stored.Time(Math.Max(row.GetInt64(12), unsaved.Last)),
            Stats = new StoreStats(
                row.GetInt64(13) + unsaved.Reads, row.GetInt64(14), row.GetInt64(15), row.GetInt64(16) + unsaved.Lists, row.GetInt64(18),
                row.GetInt64(17)),
        };
    }
}

using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Postgres.Records;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Writes;

/// <summary>Writes what is said of stores.</summary>
internal sealed class StoreWriter(WriteQueue queue, StoreRows stores, Guid server)
{
    private const int MaxAtOnce = 500;

    public Task<StoreFound> GetOrCreateAsync(User owner, string? name, StoreSchema? schema)
    {
        CheckName(name);

        // Made before the first try, so that a second one after a lost answer does not make another.
        var model = new Store { Id = StoreId.Create(), Location = "", Owner = owner, Name = name, Schema = schema };
        return queue.RunAsync(async (database, now) =>
        {
            while (true)
            {
                if (name is not null && await ByNameAsync(database, owner, name) is { } found)
                    return new StoreFound(found, IsNew: false);
                if (await StoreRows.InsertAsync(database, model, Schema.There, filledBy: null, now) is { } number)
                    return new StoreFound((await ByNumberAsync(database, number))!, IsNew: true);
            }
        });
    }

    public Task<Store> DeclareAsync(StoreDeclaration declared, User defaultOwner)
    {
        CheckName(declared.Name);
        if (declared.Name is null && declared.Id is null)
            throw new ArgumentException("A store is declared by its name or its id.", nameof(declared));

        var id = declared.Id ?? StoreId.Create();
        return queue.RunAsync(async (database, now) =>
        {
            var owner = declared.Owner ?? defaultOwner;
            while (true)
            {
                var sameId = declared.Id is null ? null : await stores.ByIdAsync(database, declared.Id, CancellationToken.None);
                var found = declared.Name is null ? sameId : await ByNameAsync(database, owner, declared.Name);
                if (sameId is not null && sameId.Id != found?.Id)
                    throw new StoreIdTakenException(sameId.Id);
                if (found is { Name: { } name } && declared.Owner is not null)
                    await CheckNameIsFreeAsync(database, owner, name, found);

                var number = found is not null
                    ? Stored.NumberOf(found)
                    : await StoreRows.InsertAsync(
                        database, new() { Id = id, Location = "", Owner = owner, Name = declared.Name }, Schema.There, filledBy: null, now);
                if (number is null)
                    continue;

                await StoreRows.DeclareAsync(database, number.Value, declared);
                return (await ByNumberAsync(database, number.Value))!;
            }
        });
    }

    public Task<Store?> UpdateAsync(long number, StoreChange change)
    {
        if (change.Name is not "")
            CheckName(change.Name);
        return queue.RunAsync(async (database, now) =>
        {
            if (await ByNumberAsync(database, number) is not { } before)
                return null;
            if (change.Name is { Length: > 0 } name)
                await CheckNameIsFreeAsync(database, before.Owner, name, before);

            try
            {
                await StoreRows.UpdateAsync(database, number, change, now);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // Another server was faster.
                throw new StoreNameTakenException(change.Name!);
            }

            return await ByNumberAsync(database, number);
        });
    }

    public Task<bool> DeleteAsync(long number) => queue.RunAsync((database, _) => StoreRows.HideAsync(database, number));

    /// <summary>
    /// Deletes stores that are not used. First the servers are asked to save each further read of them at once. Then comes a wait, until the
    /// reads that they have counted before are saved. Then those go that have not been used since.
    /// </summary>
    /// <returns>The numbers of those that are deleted.</returns>
    public async Task<IReadOnlySet<long>> DeleteUnusedAsync(long[] numbers, DateTimeOffset since, Func<Task> untilCountsAreSaved)
    {
        const string Unused = "number = any($1) and state = 0 and name is null and modified < $2 and accessed < $2";
        var before = since.ToUnixTimeMilliseconds();
        var marked = await ChangeAsync("is_expiring = true", numbers);
        if (marked.Length == 0)
            return new HashSet<long>();

        await untilCountsAreSaved();
        var deleted = (await ChangeAsync("state = 1, gone_at = clock_timestamp()", marked)).ToHashSet();
        if (deleted.Count < marked.Length)
        {
            const string Unmark = """
                update stores set is_expiring = false where number in (
                    select number from stores where number = any($1) and is_expiring and state = 0 order by number for update)
                """;
            await queue.RunAsync((database, _) => Sql.RunAsync(database, Unmark, CancellationToken.None, Sql.P(marked)));
        }

        return deleted;

        // Some at a time, since other writes wait for them.
        async Task<long[]> ChangeAsync(string change, long[] all)
        {
            var changed = new List<long>();
            foreach (var some in all.Chunk(MaxAtOnce))
                changed.AddRange(await ChangeSomeAsync(change, some));
            return [.. changed];
        }

        // Locked in the order of all writers, and by a statement of its own: the next one then sees the last use.
        Task<List<long>> ChangeSomeAsync(string change, long[] some) => queue.RunAsync(async (database, _) =>
        {
            await Sql.RunAsync(
                database, $"select 1 from stores where {Unused} order by number for update", CancellationToken.None,
                Sql.P(some), Sql.P(before));
            return await Sql.RowsAsync(
                database, $"update stores set {change} where {Unused} returning number", row => row.GetInt64(0), CancellationToken.None,
                Sql.P(some), Sql.P(before));
        });
    }

    /// <returns>The number of a store that is hidden; null when there is one with that id, or with that name of that owner.</returns>
    public Task<long?> BeginImportAsync(Store model)
    {
        CheckName(model.Name);
        return queue.RunAsync(async (database, now) => await IsTakenAsync(database, model)
            ? null
            : await StoreRows.InsertAsync(database, model, Schema.Unfinished, server, now));
    }

    /// <summary>Shows the store, unless another one has its place: then it is deleted.</summary>
    public async Task<bool> CompleteImportAsync(long number, Store model)
    {
        try
        {
            return await queue.RunAsync((database, _) => CompleteImportAsync(database, number, model));
        }
        catch (StoreIdTakenException)
        {
            await DeleteAsync(number);
            return false;
        }
    }

    private async Task<bool> CompleteImportAsync(NpgsqlConnection database, long number, Store model)
    {
        const string Show = """
            update stores set state = 0, filled_by = null where number = $1 and state = 2
            """;
        try
        {
            if (!await IsTakenAsync(database, model) && await Sql.RunAsync(database, Show, CancellationToken.None, Sql.P(number)) > 0)
                return true;

            await StoreRows.HideAsync(database, number);
            return false;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Another server was faster. Nothing more can be done in this transaction.
            throw new StoreIdTakenException(model.Id);
        }
    }

    private async Task<bool> IsTakenAsync(NpgsqlConnection database, Store model) =>
        await stores.ByIdAsync(database, model.Id, CancellationToken.None) is not null
        || (model.Name is { } name && await ByNameAsync(database, model.Owner, name) is not null);

    private async Task CheckNameIsFreeAsync(NpgsqlConnection database, User owner, string name, Store store)
    {
        if (await ByNameAsync(database, owner, name) is { } other && other.Id != store.Id)
            throw new StoreNameTakenException(name);
    }

    private Task<Store?> ByNameAsync(NpgsqlConnection database, User owner, string name) =>
        stores.ByNameAsync(database, owner.Id, name, CancellationToken.None);

    private Task<Store?> ByNumberAsync(NpgsqlConnection database, long number) =>
        stores.ByNumberAsync(database, number, CancellationToken.None);

    private static void CheckName(string? name)
    {
        if (name is not null && (name.Length == 0 || !Stored.IsWellFormed(name)))
            throw new ArgumentException("The name of a store is well-formed text that is not empty.", nameof(name));
    }
}

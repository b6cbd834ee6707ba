using KvsRecords.Managed;
using KvsRecords.Sqlite.Database;
using KvsRecords.Sqlite.Records;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Writes;

/// <summary>Writes what is said of stores.</summary>
internal sealed class StoreWriter(WriteQueue queue, StoreTable stores)
{
    public Task<StoreFound> GetOrCreateAsync(User owner, string? name, StoreSchema? schema)
    {
        CheckName(name);
        return queue.RunAsync(batch =>
        {
            var found = name is null ? null : stores.ByName(batch.Database, owner.Id, name);
            return found is null
                ? new StoreFound(Insert(batch, new() { Id = StoreId.Create(), Location = "", Owner = owner, Name = name, Schema = schema }), true)
                : new StoreFound(found, IsNew: false);
        });
    }

    public Task<Store> DeclareAsync(StoreDeclaration declared, User defaultOwner)
    {
        CheckName(declared.Name);
        if (declared.Name is null && declared.Id is null)
            throw new ArgumentException("A store is declared by its name or its id.", nameof(declared));

        return queue.RunAsync(batch =>
        {
            var owner = declared.Owner ?? defaultOwner;
            var sameId = declared.Id is null ? null : stores.ById(batch.Database, declared.Id);
            var found = declared.Name is null ? sameId : stores.ByName(batch.Database, owner.Id, declared.Name);
            if (sameId is not null && sameId.Id != found?.Id)
                throw new StoreIdTakenException(sameId.Id);
            if (found is { Name: { } name } && declared.Owner is not null)
                CheckNameIsFree(batch, owner, name, found);

            found ??= Insert(batch, new() { Id = declared.Id ?? StoreId.Create(), Location = "", Owner = owner, Name = declared.Name });
            StoreTable.Declare(batch.Database, Stored.NumberOf(found), declared);
            return stores.ByNumber(batch.Database, Stored.NumberOf(found))!;
        });
    }

    public Task<Store?> UpdateAsync(long number, StoreChange change)
    {
        if (change.Name is not "")
            CheckName(change.Name);
        return queue.RunAsync(batch =>
        {
            if (stores.ByNumber(batch.Database, number) is not { } before)
                return null;
            if (change.Name is { Length: > 0 } name)
                CheckNameIsFree(batch, before.Owner, name, before);

            StoreTable.Update(batch.Database, number, change, batch.Now);
            return stores.ByNumber(batch.Database, number);
        });
    }

    public Task<bool> DeleteAsync(long number) => queue.RunAsync(batch =>
    {
        if (batch.TotalsOf(number) is null)
            return false;

        batch.Delete(number);
        return true;
    });

    public Task<List<Store>> DeleteUnusedAsync(IReadOnlyList<Store> all, DateTimeOffset since) => queue.RunAsync(batch =>
    {
        var unused = all.Where(store => IsUnused(batch, Stored.NumberOf(store), since)).ToList();
        unused.ForEach(store => batch.Delete(Stored.NumberOf(store)));
        return unused;
    });

    /// <returns>The number of a store that is hidden; null when there is one with that id, or with that name of that owner.</returns>
    public Task<long?> BeginImportAsync(Store model)
    {
        CheckName(model.Name);
        return queue.RunAsync(batch => IsTaken(batch, model)
            ? (long?)null
            : StoreTable.Insert(batch.Database, model, Schema.Unfinished, batch.Now));
    }

    /// <summary>Shows the store, unless another one has its place: then it is deleted.</summary>
    public Task<bool> CompleteImportAsync(long number, Store model) => queue.RunAsync(batch =>
    {
        if (IsTaken(batch, model))
        {
            batch.Delete(number);
            return false;
        }

        StoreTable.SetState(batch.Database, number, Schema.There);
        return true;
    });

    private bool IsUnused(Batch batch, long number, DateTimeOffset since) =>
        !batch.HasChanged(number) && stores.ByNumber(batch.Database, number) is { Name: null } store
        && store.ModifiedAt < since && store.AccessedAt < since;

    private bool IsTaken(Batch batch, Store model) =>
        stores.ById(batch.Database, model.Id) is not null
        || (model.Name is { } name && stores.ByName(batch.Database, model.Owner.Id, name) is not null);

    private Store Insert(Batch batch, Store model)
    {
        var number = StoreTable.Insert(batch.Database, model, Schema.There, batch.Now);
        return stores.ByNumber(batch.Database, number)!;
    }

    private void CheckNameIsFree(Batch batch, User owner, string name, Store store)
    {
        if (stores.ByName(batch.Database, owner.Id, name) is { } other && other.Id != store.Id)
            throw new StoreNameTakenException(name);
    }

    private static void CheckName(string? name)
    {
        if (name is not null && (name.Length == 0 || !Stored.IsWellFormed(name)))
            throw new ArgumentException("The name of a store is well-formed text that is not empty.", nameof(name));
    }
}

using KvsRecords.Access;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage;

/// <summary>
/// Finds a store by its name in a URL, or by the words of a person or a run. The stores of the first user need no owner in their name.
/// </summary>
internal sealed class StoreLookup(IStoreReader stores, UserDirectory users)
{
    /// <summary>
    /// Finds the store that a person means by an id, <c>username~name</c>, <c>~name</c>, or the name alone. MUST be null when there is
    /// none.
    /// </summary>
    public async ValueTask<Store?> FindAsync(string text, CancellationToken cancellationToken) =>
        await FindAsync(StoreReference.Parse(text), users.Users[0], cancellationToken)
        ?? await stores.FindByNameAsync(users.Users[0], text, cancellationToken);

    /// <summary>Finds the store that a URL means. MUST be null when there is none.</summary>
    /// <param name="reference">The store.</param>
    /// <param name="caller">The owner where the reference names none; null: such a store is not found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<Store?> FindAsync(StoreReference reference, User? caller, CancellationToken cancellationToken) => reference switch
    {
        StoreReference.ById(var id) => await stores.FindByIdAsync(id, cancellationToken),
        StoreReference.ByName(var owner, var name) when (owner is null ? caller : users.Find(owner)) is { } user =>
            await stores.FindByNameAsync(user, name, cancellationToken),
        _ => null,
    };
}

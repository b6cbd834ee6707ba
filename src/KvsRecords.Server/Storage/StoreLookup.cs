using KvsRecords.Server.Settings;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage;

/// <summary>Finds the store that a person means by an id, <c>username~name</c>, <c>~name</c>, or the name alone.</summary>
internal sealed class StoreLookup(IStoreReader stores, ServerOptions options)
{
    /// <summary>MUST be null when there is none.</summary>
    public async Task<Store?> FindAsync(string text, CancellationToken cancellationToken) => StoreReference.Parse(text) switch
    {
        StoreReference.ById byId => await stores.FindByIdAsync(byId.Id, cancellationToken) ?? await FindAsync(null, byId.Id, cancellationToken),
        StoreReference.ByName byName => await FindAsync(byName.Owner, byName.Name, cancellationToken),
        _ => null,
    };

    private async Task<Store?> FindAsync(string? owner, string name, CancellationToken cancellationToken)
    {
        var user = owner is null ? options.Stores.DefaultOwner : options.Users.Find(owner);
        return user is null ? null : await stores.FindByNameAsync(user, name, cancellationToken);
    }
}

namespace KvsRecords.Stores;

/// <summary>What a person has said of the stores of a storage, and whose the others are.</summary>
/// <param name="defaultOwner">The owner of every store of which no other is declared.</param>
/// <param name="declarations">At most one for a store.</param>
public sealed class DeclaredStores(User defaultOwner, IReadOnlyList<StoreDeclaration> declarations)
{
    /// <summary>The owner of every store of which no other is declared.</summary>
    public User DefaultOwner => defaultOwner;

    /// <summary>
    /// MUST put together what is known of a store: the id is the declared one, else the storage's own, else one derived from
    /// owner and label, so that it survives a restart.
    /// </summary>
    /// <param name="location">What the storage finds it by.</param>
    /// <param name="label">What always names the store where it lies, such as its folder; not empty.</param>
    /// <param name="name">Its name for people, or null.</param>
    /// <param name="id">Its own id, or null.</param>
    public Store Describe(string location, string label, string? name, string? id)
    {
        var declared = Find(label, name, id) ?? new StoreDeclaration();
        var owner = declared.Owner ?? defaultOwner;
        return new Store
        {
            Location = location,
            Id = declared.Id ?? id ?? StoreId.Derive(owner.Id, label),
            Name = name,
            Owner = owner,
            GeneralAccess = declared.GeneralAccess,
            SharedWith = declared.SharedWith,
            UrlSigningSecretKey = declared.UrlSigningSecretKey,
            Schema = declared.Schema,
        };
    }

    /// <summary>The declarations that say something of none of these stores: perhaps of one that comes later, perhaps by mistake.</summary>
    public IEnumerable<StoreDeclaration> NotAmong(IReadOnlyList<Store> stores) =>
        declarations.Where(declared => !stores.Any(store => declared.Name is null
            ? declared.Id == store.Id
            : SameName(declared.Name, store.Name ?? "") || SameName(declared.Name, Path.GetFileName(store.Location))));

    private StoreDeclaration? Find(string label, string? name, string? id) =>
        declarations.FirstOrDefault(declared => declared switch
        {
            { Name: { } declaredName } => SameName(declaredName, label) || (name is not null && SameName(declaredName, name)),
            { Id: { } declaredId } => declaredId == id || declaredId == StoreId.Derive((declared.Owner ?? defaultOwner).Id, label),
            _ => false,
        });

    private static bool SameName(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

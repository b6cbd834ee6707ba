namespace KvsRecords.Stores;

/// <summary>The declared stores of a storage, and the owner of the others.</summary>
/// <param name="defaultOwner">The owner of every store of which no other is declared.</param>
/// <param name="declarations">At most one for a store.</param>
public sealed class DeclaredStores(User defaultOwner, IReadOnlyList<StoreDeclaration> declarations)
{
    /// <summary>The owner of every store of which no other is declared.</summary>
    public User DefaultOwner => defaultOwner;

    /// <summary>The declarations, in the order of the file.</summary>
    public IReadOnlyList<StoreDeclaration> Declarations => declarations;

    /// <summary>
    /// MUST combine the facts about a store: the id is the declared one, else the storage's own, else one derived from owner and label, so
    /// that it survives a restart.
    /// </summary>
    /// <param name="location">The place by which the storage finds the store.</param>
    /// <param name="label">The name that the store always has in its storage, such as its folder's; not empty.</param>
    /// <param name="name">Its name for people, or null.</param>
    /// <param name="id">Its own id, or null.</param>
    /// <param name="isLabel">
    /// Whether a store lies under this label: a declaration of that name is about that store, and not about another that only calls
    /// itself so, such as a copy of it. Without it no label is known.
    /// </param>
    public Store Describe(string location, string label, string? name, string? id, Func<string, bool>? isLabel = null)
    {
        var declared = Find(label, name, id, isLabel ?? (_ => false)) ?? new StoreDeclaration();
        var owner = declared.Owner ?? defaultOwner;
        return new Store
        {
            Location = location,
            Label = label,
            Id = declared.Id ?? id ?? StoreId.Derive(owner.Id, label),
            Name = name,
            Owner = owner,
            GeneralAccess = declared.GeneralAccess,
            SharedWith = declared.SharedWith,
            UrlSigningSecretKey = declared.UrlSigningSecretKey,
            Schema = declared.Schema,
        };
    }

    /// <summary>Lists the declarations that match none of these stores: perhaps one comes later, perhaps by mistake.</summary>
    public IEnumerable<StoreDeclaration> NotAmong(IReadOnlyList<Store> stores) =>
        declarations.Where(declared => !stores.Any(store => declared.Id is null
            ? store.IsCalled(declared.Name)
            : declared.Id == store.Id));

    private StoreDeclaration? Find(string label, string? name, string? id, Func<string, bool> isLabel) =>
        declarations.FirstOrDefault(declared => declared switch
        {
            { Name: { } declaredName } => StoreName.AreSame(declaredName, label) || (StoreName.AreSame(declaredName, name) && !isLabel(declaredName)),
            { Id: { } declaredId } => declaredId == (id ?? StoreId.Derive(defaultOwner.Id, label))
                || (id is null && declared.Owner is { } owner && declaredId == StoreId.Derive(owner.Id, label)),
            _ => false,
        });
}

/// <summary>A declaration of a store, over and above what its storage knows. Null declares nothing.</summary>
public sealed record StoreDeclaration
{
    /// <summary>The name by which the store is found; without it, <see cref="Id"/> finds it.</summary>
    public string? Name { get; init; }

    /// <summary>The store's id. Beside a <see cref="Name"/> it MUST win over the id that the storage knows.</summary>
    public string? Id { get; init; }

    /// <inheritdoc cref="Store.Owner"/>
    public User? Owner { get; init; }

    /// <inheritdoc cref="Store.GeneralAccess"/>
    public GeneralAccess GeneralAccess { get; init; } = GeneralAccess.FollowUserSetting;

    /// <inheritdoc cref="Store.SharedWith"/>
    public IReadOnlySet<string> SharedWith { get; init; } = new HashSet<string>();

    /// <inheritdoc cref="Store.UrlSigningSecretKey"/>
    public string? UrlSigningSecretKey { get; init; }

    /// <inheritdoc cref="Store.Schema"/>
    public StoreSchema? Schema { get; init; }

    /// <summary>MUST NOT show the signing key, wherever a declaration is printed.</summary>
    public override string ToString() => Name ?? Id ?? "";
}

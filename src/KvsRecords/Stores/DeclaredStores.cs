using System.Collections.Frozen;

namespace KvsRecords.Stores;

/// <summary>What a person has said of the stores of a storage, and whose the others are.</summary>
/// <param name="defaultOwner">The owner of every store of which no other is declared.</param>
/// <param name="declarations">At most one for a store.</param>
public sealed class DeclaredStores(User defaultOwner, IReadOnlyList<StoreDeclaration> declarations)
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _signingKeys = declarations
        .Select(declared => declared.UrlSigningSecretKey).OfType<string>().ToFrozenSet(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The owner of every store of which no other is declared.</summary>
    public User DefaultOwner => defaultOwner;

    /// <summary>What is declared, in the order in which it was said.</summary>
    public IReadOnlyList<StoreDeclaration> Declarations => declarations;

    /// <summary>
    /// MUST put together what is known of a store: the id is the declared one, else the storage's own, else one derived from
    /// owner and label, so that it survives a restart.
    /// </summary>
    /// <param name="location">What the storage finds it by.</param>
    /// <param name="label">What always names the store where it lies, such as its folder; not empty.</param>
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

    /// <summary>Whether a text is the signing key of a store that is declared, and so is not to be told. MUST be quick for other texts.</summary>
    public bool HasSigningKey(ReadOnlySpan<char> text) => _signingKeys.Contains(text);

    /// <summary>The declarations that say something of none of these stores: perhaps of one that comes later, perhaps by mistake.</summary>
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

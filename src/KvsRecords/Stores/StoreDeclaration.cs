namespace KvsRecords.Stores;

/// <summary>What a person has said of a store, over and above what its storage knows. Null members say nothing.</summary>
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

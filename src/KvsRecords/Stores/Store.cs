namespace KvsRecords.Stores;

/// <summary>A key-value store: what decides who may read it, and how it is called. Its records are read through a snapshot.</summary>
public sealed record Store
{
    /// <summary>The id in the URL, compared exactly. Signatures are made over it, however the URL names the store.</summary>
    public required string Id { get; init; }

    /// <summary>What its storage finds it by; means nothing to anybody else.</summary>
    public required string Location { get; init; }

    /// <summary>What names it where it lies, whatever else it is called; "" where nothing does.</summary>
    public string Label { get; init; } = "";

    /// <summary>The name, or null when the store has none. Compared without case; unique for an owner.</summary>
    public string? Name { get; init; }

    /// <summary>A title for people, or null.</summary>
    public string? Title { get; init; }

    /// <summary>When it was made; null where the storage does not know.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it, or a record of it, was last changed; null where the storage does not know.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>When it, or a record of it, was last read or listed; null where the storage does not know.</summary>
    public DateTimeOffset? AccessedAt { get; init; }

    /// <summary>What was done with it so far, and what it holds; null where the storage does not count.</summary>
    public StoreStats? Stats { get; init; }

    /// <summary>The user who may do everything.</summary>
    public required User Owner { get; init; }

    /// <summary>Who else may read.</summary>
    public GeneralAccess GeneralAccess { get; init; } = GeneralAccess.FollowUserSetting;

    /// <summary>The ids of the users who may read whatever <see cref="GeneralAccess"/> says.</summary>
    public IReadOnlySet<string> SharedWith { get; init; } = new HashSet<string>();

    /// <summary>The key of the store's URL signatures; null: no signature is good. MUST NOT reach a log line or an error.</summary>
    public string? UrlSigningSecretKey { get; init; }

    /// <summary>The schema that defines the store's collections, or null.</summary>
    public StoreSchema? Schema { get; init; }

    /// <summary>The general access that holds, with the owner's setting followed.</summary>
    public GeneralAccess EffectiveGeneralAccess =>
        GeneralAccess == GeneralAccess.FollowUserSetting ? Owner.GeneralAccess : GeneralAccess;

    /// <summary>Tells whether the store is called so: by its name, or by its label.</summary>
    public bool IsCalled(string? name) => StoreName.AreSame(name, Name) || StoreName.AreSame(name, Label);

    /// <summary>What a person would call the store: its name, or its id.</summary>
    public string DisplayName => Name ?? Id;

    /// <summary>What a URL can name it by, wherever it is printed. MUST NOT show the signing key.</summary>
    public override string ToString() => Name is null ? Id : $"{Owner.Username}~{Name}";
}

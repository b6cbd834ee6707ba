namespace KvsRecords.Stores;

/// <summary>A key-value store: its names, and everything that decides who may read it. Its records are read through a snapshot.</summary>
public sealed record Store
{
    /// <summary>The id in the URL, compared exactly. Signatures are made over it, however the URL names the store.</summary>
    public required string Id { get; init; }

    /// <summary>The place by which its storage finds it, which means nothing to others.</summary>
    public required string Location { get; init; }

    /// <summary>The name of its folder, whatever else it is called; "" where it has none.</summary>
    public string Label { get; init; } = "";

    /// <summary>The name, or null when the store has none. Compared without case; unique for an owner.</summary>
    public string? Name { get; init; }

    /// <summary>A title for people, or null.</summary>
    public string? Title { get; init; }

    /// <summary>Gives the time when the store was made; null where the storage does not know.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Gives the time when the store, or a record of it, was last changed; null where the storage does not know.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Gives the time when the store, or a record of it, was last read or listed; null where the storage does not know.</summary>
    public DateTimeOffset? AccessedAt { get; init; }

    /// <summary>The counts of what was done with it, and of what it holds; null where the storage does not count.</summary>
    public StoreStats? Stats { get; init; }

    /// <summary>The user who may do everything.</summary>
    public required User Owner { get; init; }

    /// <summary>Decides who else may read.</summary>
    public GeneralAccess GeneralAccess { get; init; } = GeneralAccess.FollowUserSetting;

    /// <summary>The ids of the users who may read whatever <see cref="GeneralAccess"/> says.</summary>
    public IReadOnlySet<string> SharedWith { get; init; } = new HashSet<string>();

    /// <summary>The key of the store's URL signatures; null: no signature is good. MUST NOT reach a log line or an error.</summary>
    public string? UrlSigningSecretKey { get; init; }

    /// <summary>The schema that defines the store's collections, or null.</summary>
    public StoreSchema? Schema { get; init; }

    /// <summary>Tells whether what is done by means of this object counts in <see cref="Stats"/>, and as the last access.</summary>
    public bool CountsUse { get; init; } = true;

    /// <summary>Gives the general access in effect: where the store follows its owner's setting, that setting.</summary>
    public GeneralAccess EffectiveGeneralAccess =>
        GeneralAccess == GeneralAccess.FollowUserSetting ? Owner.GeneralAccess : GeneralAccess;

    /// <summary>Tells whether this is the store's name or its label.</summary>
    public bool IsCalled(string? name) => StoreName.AreSame(name, Name) || StoreName.AreSame(name, Label);

    /// <summary>The name of the store for people: its name, or its id.</summary>
    public string DisplayName => Name ?? Id;

    /// <summary>Gives the name that a URL can have for the store, wherever it is printed. MUST NOT show the signing key.</summary>
    public override string ToString() => Name is null ? Id : $"{Owner.Username}~{Name}";
}

/// <summary>The counts of what was done with a store, and of what it holds.</summary>
/// <param name="ReadCount">How many records were opened one by one.</param>
/// <param name="WriteCount">How many records were written.</param>
/// <param name="DeleteCount">How many records were deleted.</param>
/// <param name="ListCount">How many times its records were listed, or downloaded all together.</param>
/// <param name="Records">How many records it holds.</param>
/// <param name="StorageBytes">The sum of the lengths of its values, in bytes.</param>
public sealed record StoreStats(long ReadCount, long WriteCount, long DeleteCount, long ListCount, long Records, long StorageBytes);

/// <summary>A person who can own stores. The token that proves that a caller is this user is kept apart, by the user directory.</summary>
/// <param name="Id">17 letters and digits, compared exactly.</param>
/// <param name="Username">3 to 30 of <c>a-z 0-9 _ . -</c>, compared without case.</param>
/// <param name="GeneralAccess">What stores with <see cref="GeneralAccess.FollowUserSetting"/> follow; never that value itself.</param>
public sealed record User(string Id, string Username, GeneralAccess GeneralAccess = GeneralAccess.Restricted);

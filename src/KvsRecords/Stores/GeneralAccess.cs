namespace KvsRecords.Stores;

/// <summary>
/// The callers who may read a store without being its owner or one of the users it is shared with. Source: the API's <c>generalAccess</c>
/// property of a storage.
/// </summary>
public enum GeneralAccess
{
    /// <summary><c>FOLLOW_USER_SETTING</c>: as the owner's account is set. A user's own setting MUST NOT have this value.</summary>
    FollowUserSetting,

    /// <summary><c>RESTRICTED</c>: no others.</summary>
    Restricted,

    /// <summary><c>ANYONE_WITH_ID_CAN_READ</c>: all callers who know the id, with or without a token. The name does not open it.</summary>
    AnyoneWithIdCanRead,

    /// <summary><c>ANYONE_WITH_NAME_CAN_READ</c>: all callers who know the id or the name, with or without a token.</summary>
    AnyoneWithNameCanRead,
}

/// <summary>The names by which the API and the configuration call the values of <see cref="GeneralAccess"/>.</summary>
public static class GeneralAccessName
{
    private static readonly Dictionary<string, GeneralAccess> Values = new(StringComparer.Ordinal)
    {
        ["FOLLOW_USER_SETTING"] = GeneralAccess.FollowUserSetting,
        ["RESTRICTED"] = GeneralAccess.Restricted,
        ["ANYONE_WITH_ID_CAN_READ"] = GeneralAccess.AnyoneWithIdCanRead,
        ["ANYONE_WITH_NAME_CAN_READ"] = GeneralAccess.AnyoneWithNameCanRead,
    };

    /// <summary>The names that a store's general access can have.</summary>
    public static IReadOnlyCollection<string> OfAStore => Values.Keys;

    /// <summary>The names that a user's own setting can have: it has nothing to follow, and only storages can be opened by name.</summary>
    public static IReadOnlyCollection<string> OfAUser { get; } = ["RESTRICTED", "ANYONE_WITH_ID_CAN_READ"];

    /// <summary>The name of a value.</summary>
    public static string Of(GeneralAccess value) => Values.First(known => known.Value == value).Key;

    /// <summary>MUST find the value that <paramref name="name"/> stands for, compared exactly.</summary>
    public static bool TryParse(string name, out GeneralAccess value) => Values.TryGetValue(name, out value);
}

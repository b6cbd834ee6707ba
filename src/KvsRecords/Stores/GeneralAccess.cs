namespace KvsRecords.Stores;

/// <summary>
/// Who may read a store without being its owner or one of the users it is shared with.
/// Source: the API's <c>generalAccess</c> property of a storage.
/// </summary>
public enum GeneralAccess
{
    /// <summary><c>FOLLOW_USER_SETTING</c>: what the owner's account says. A user's own setting MUST NOT have this value.</summary>
    FollowUserSetting,

    /// <summary><c>RESTRICTED</c>: nobody else.</summary>
    Restricted,

    /// <summary><c>ANYONE_WITH_ID_CAN_READ</c>: whoever knows the id, with or without a token. The name does not open it.</summary>
    AnyoneWithIdCanRead,

    /// <summary><c>ANYONE_WITH_NAME_CAN_READ</c>: whoever knows the id or the name, with or without a token.</summary>
    AnyoneWithNameCanRead,
}

namespace KvsRecords.Testing;

/// <summary>Who may read a store beside its owner and those it is shared with. Source: the API's <c>generalAccess</c>.</summary>
public enum GeneralAccess
{
    /// <summary><c>RESTRICTED</c>: nobody else, unless the URL is signed.</summary>
    Restricted,

    /// <summary><c>ANYONE_WITH_ID_CAN_READ</c>: whoever knows the id. The name does not open it.</summary>
    AnyoneWithIdCanRead,

    /// <summary><c>ANYONE_WITH_NAME_CAN_READ</c>: whoever knows the id or the name.</summary>
    AnyoneWithNameCanRead,
}

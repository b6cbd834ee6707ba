namespace KvsRecords.Access;

/// <summary>Whether a caller may read a store.</summary>
public enum AccessDecision
{
    /// <summary>Yes.</summary>
    Granted,

    /// <summary>Not without saying who asks: the specification's 401.</summary>
    AuthenticationRequired,

    /// <summary>Not for this caller, or not with this signature: the specification's 403.</summary>
    Denied,
}

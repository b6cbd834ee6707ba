namespace KvsRecords.Access;

/// <summary>What the signature of a URL is worth.</summary>
public enum SignatureState
{
    /// <summary>There is none.</summary>
    Absent,

    /// <summary>It was made with the store's key over the store's id, and has not expired.</summary>
    Good,

    /// <summary>It is wrong, expired, or made for another store.</summary>
    Bad,
}

namespace KvsRecords.Server.Description;

/// <summary>The credentials with which an endpoint lets a caller in, as its metadata.</summary>
internal enum AccessDescription
{
    /// <summary>A token.</summary>
    ForUsers,

    /// <summary>A token, or nothing where everyone may read.</summary>
    ForReaders,

    /// <summary>A token or a signature, or nothing where everyone may read.</summary>
    ForReadersWithSignature,
}

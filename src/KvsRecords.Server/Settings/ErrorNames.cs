namespace KvsRecords.Server.Settings;

/// <summary>The types and messages by which errors are named.</summary>
internal enum ErrorNames
{
    /// <summary>Those of the specification.</summary>
    Specification,

    /// <summary>Those of the live service, which its official clients' own tests expect.</summary>
    Service,
}

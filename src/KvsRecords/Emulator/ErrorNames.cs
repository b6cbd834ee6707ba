namespace KvsRecords.Emulator;

/// <summary>The types and messages by which errors are named, as <c>--error-names</c> of the server's program.</summary>
public enum ErrorNames
{
    /// <summary>Those of the API's specification, such as <c>permission-denied</c>.</summary>
    Specification,

    /// <summary>Those of the live service, such as <c>insufficient-permissions</c>, which its official clients' own tests expect.</summary>
    Service,
}

namespace KvsRecords.Testing;

/// <summary>The types and messages by which errors are named, as <c>--error-names</c> of the server's program.</summary>
public enum ErrorNames
{
    /// <summary>Those of the API's specification, such as <c>permission-denied</c>.</summary>
    Specification,

    /// <summary>Those that the live service uses, such as <c>insufficient-permissions</c>.</summary>
    Service,
}

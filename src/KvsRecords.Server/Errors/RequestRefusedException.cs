namespace KvsRecords.Server.Errors;

/// <summary>A refusal of a request while its body is read, deep inside code that knows of no requests.</summary>
internal sealed class RequestRefusedException(ApiError error, Exception? cause = null) : Exception(error.Message, cause)
{
    public ApiError Error => error;
}

namespace KvsRecords.Server.Errors;

/// <summary>A request that turns out to be wrong while its body is read, deep inside something that knows of no requests.</summary>
internal sealed class RequestRefusedException(ApiError error, Exception? cause = null) : Exception(error.Message, cause)
{
    public ApiError Error => error;
}

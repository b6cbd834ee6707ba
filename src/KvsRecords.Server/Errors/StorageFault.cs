using KvsRecords.Storage;
using Microsoft.AspNetCore.Connections;

namespace KvsRecords.Server.Errors;

/// <summary>
/// Tells faults of the medium, which a message describes completely, from faults of this program, whose place in the code matters.
/// </summary>
internal static class StorageFault
{
    public static bool Is(Exception e) =>
        e is InvalidDataException or UnauthorizedAccessException or IOException and not (BadHttpRequestException or ConnectionResetException);

    /// <summary>Gives the error that a fault is answered with.</summary>
    public static ApiError ErrorOf(Exception e) => e is StorageUnavailableException ? ApiError.StorageUnavailable : ApiError.Internal;
}

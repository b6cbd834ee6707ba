using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Storage.Archives;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary><c>DELETE …/key-value-stores/{storeId}</c>: deletes a store with all its records.</summary>
internal static class DeleteStore
{
    public static void MapDeleteStore(this RouteGroupBuilder store) => store
        .MapDelete("", HandleAsync).ForWriters()
        .WithSummary("Deletes a store with all its records.")
        .WithMetadata(Operation.DeleteStore);

    [ProducesResponseType(StatusCodes.Status204NoContent, Description = "It is gone.")]
    private static async Task<IResult> HandleAsync(
        ApiRequest request, [FromServices] IStoreWriter? stores, ArchiveCache archives, CancellationToken cancellationToken)
    {
        var wasThere = await archives.GiveWayAsync(() => stores!.DeleteAsync(request.Store!, cancellationToken));
        archives.Forget(request.Store!);
        return wasThere ? TypedResults.NoContent() : new ErrorEnvelope(ApiError.StoreNotFound);
    }
}

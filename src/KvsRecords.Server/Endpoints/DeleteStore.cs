using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
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
        ApiRequest request, [FromServices] IStoreWriter? stores, CancellationToken cancellationToken) =>
        await stores!.DeleteAsync(request.Store!, cancellationToken) ? TypedResults.NoContent() : new ErrorEnvelope(ApiError.StoreNotFound);
}

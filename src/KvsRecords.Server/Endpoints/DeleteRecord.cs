using KvsRecords.Server.Middleware;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Storage.Archives;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary><c>DELETE …/records/{key}</c>: afterwards there is no such record, whether or not there was one.</summary>
internal static class DeleteRecord
{
    public static void MapDeleteRecord(this RouteGroupBuilder store) => store
        .MapDelete(RouteNames.Record, HandleAsync).ForWriters().RequireRateLimiting(RateLimits.Records)
        .WithSummary("Deletes a record.")
        .WithMetadata(Operation.DeleteRecord);

    [ProducesResponseType(StatusCodes.Status204NoContent, Description = "There is no such record, whether or not there was one.")]
    private static async Task<IResult> HandleAsync(
        ApiRequest request,
        HttpContext context,
        [FromServices] IStoreWriter? stores,
        ArchiveCache archives,
        CancellationToken cancellationToken)
    {
        await archives.GiveWayAsync(() => stores!.DeleteAsync(request.Store!, KeyInPath.Of(context), cancellationToken));
        return TypedResults.NoContent();
    }
}

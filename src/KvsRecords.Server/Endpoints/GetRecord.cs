using System.Net.Mime;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary><c>GET</c> and <c>HEAD …/records/{key}</c>: the value of a record, byte for byte, with its content type.</summary>
internal static class GetRecord
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapGetRecord(this RouteGroupBuilder store) => store
        .MapMethods(RouteNames.Record, Methods, HandleAsync).ForReadersOfRecord().RequireRateLimiting(RateLimits.Records)
        .WithSummary("Gives the value of a record, byte for byte, with its content type.")
        .Takes("attachment")
        .Refuses(ApiError.RecordNotFound)
        .WithMetadata(Operation.GetRecord);

    [ProducesResponseType<Stream>(
        StatusCodes.Status200OK, MediaTypeNames.Application.Octet,
        Description = "The value, with the content type that it was written with.")]
    private static async Task<IResult> HandleAsync(
        ApiRequest request, HttpContext context, IStoreReader stores, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var isAttachment = request.Query.Flag("attachment");
        if (request.Query.Problem is { } problem)
            return new ErrorEnvelope(ApiError.InvalidInput(problem));

        var (store, key) = (request.Store!, KeyInPath.Of(context));
        var logger = loggers.CreateLogger(LogEvents.Category);
        try
        {
            return await stores.OpenRecordAsync(store, key, cancellationToken) is { } content
                ? new RecordResult(store, key, content, isAttachment, logger)
                : new ErrorEnvelope(ApiError.RecordNotFound);
        }
        catch (Exception e) when (StorageFault.Is(e))
        {
            logger.RecordUnreadable(store, key, 0, e.Message);
            return new ErrorEnvelope(ApiError.Internal);
        }
    }
}

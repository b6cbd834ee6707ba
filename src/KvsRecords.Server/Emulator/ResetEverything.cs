using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Responses;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Emulator;

/// <summary><c>POST /_emulator/reset</c>: back to the seeds and the configuration.</summary>
internal static class ResetEverything
{
    private const string Pattern = "/reset";

    public static void MapReset(this RouteGroupBuilder emulator)
    {
        emulator.MapPost(Pattern, HandleAsync)
            .WithSummary("Makes everything as it was when the server had just started.")
            .Refuses(ApiError.ReadOnlyFolder, ApiError.ResetNotAllowed, ApiError.ResetFailed(
                "shop.zip, which was loaded at the start, is not there any more. Nothing was deleted."));
        emulator.MapOtherMethods(Pattern, HttpMethods.Post);
    }

    [ProducesResponseType(
        StatusCodes.Status204NoContent,
        Description = "The stores are those of the seeds and of the configuration, and what was set or noted is gone.")]
    private static async Task<IResult> HandleAsync(StoreReset reset, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        try
        {
            return await reset.ResetAsync(cancellationToken) is { } refusal ? new ErrorEnvelope(refusal) : TypedResults.NoContent();
        }
        catch (IOException e)
        {
            loggers.CreateLogger(LogEvents.Category).ResetFailed(e);
            return new ErrorEnvelope(ApiError.ResetFailed(e.Message));
        }
    }
}

using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Storage.Archives;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Connections;

namespace KvsRecords.Server.Middleware;

/// <summary>Answers requests that reach no endpoint, or end in a fault before the first byte.</summary>
internal static class ErrorHandling
{
    public static void UseErrorEnvelope(this WebApplication app) =>
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => new ErrorEnvelope(ApiError.Internal).ExecuteAsync(context),
        });

    public static void UseRefusals(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (RequestRefusedException e) when (!context.Response.HasStarted)
        {
            await new ErrorEnvelope(e.Error).ExecuteAsync(context);
        }
        catch (OperationCanceledException e) when (e.InnerException is ConnectionAbortedException && !context.Response.HasStarted)
        {
            // The server ends in the middle of a body: the web server breaks that off a moment before it cancels the request.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (StorageFault.Is(e) && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(LogEvents.Category);
            logger.StorageFailed(Redaction.Redact(context, context.Request.Method), RequestFacts.Route(context), e.Message);

            // The disk may be full. Kept archives give their room back, so that the next try can succeed.
            if (e is not StorageUnavailableException && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
                context.RequestServices.GetRequiredService<ArchiveCache>().Clear();
            context.Response.Clear();
            await new ErrorEnvelope(StorageFault.ErrorOf(e)).ExecuteAsync(context);
        }
    });

    public static void MapUnknownUrls(this WebApplication app) =>
        app.Map("/{**path}", () => new ErrorEnvelope(ApiError.PageNotFound)).WithOrder(int.MaxValue);
}

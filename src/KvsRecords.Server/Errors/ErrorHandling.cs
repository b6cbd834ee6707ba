using Microsoft.AspNetCore.Diagnostics;

namespace KvsRecords.Server.Errors;

/// <summary>What becomes of requests that reach no endpoint, or end in a fault before the first byte.</summary>
internal static class ErrorHandling
{
    public static void UseErrorEnvelope(this WebApplication app) =>
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => new ErrorEnvelope(ErrorFor(context)).ExecuteAsync(context),
            AllowStatusCode404Response = true,
        });

    public static void MapUnknownUrls(this WebApplication app) =>
        app.Map("/{**path}", () => new ErrorEnvelope(ApiError.PageNotFound)).WithOrder(int.MaxValue);

    // What Kestrel finds wrong while a request is read is the client's mistake, not a fault of the server.
    private static ApiError ErrorFor(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException bad
            ? ApiError.InvalidInput(bad.Message) with { Status = bad.StatusCode }
            : ApiError.Internal;
}

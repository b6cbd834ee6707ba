using KvsRecords.Server.Errors;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// <c>?method=DELETE</c>: any request may say which method it stands for, for callers who can only send some. It holds before anything
/// else looks at the method. Under <c>/_emulator</c> there is no such thing: there it is a parameter like any other.
/// </summary>
/// <remarks>
/// A <c>GET</c> or <c>HEAD</c> that stands for a write MUST have its token in <c>Authorization</c>: a page or a link makes a browser send
/// any such request, and over plain HTTP to a name that is not loopback the browser does not say that a page of another site asked for it.
/// An <c>OPTIONS</c> stands for itself: browsers send it by themselves, before what a page may not do.
/// </remarks>
internal static class MethodOverride
{
    // Not HEAD: a client that sends a GET waits for the body whose length the headers say.
    private static readonly string[] Allowed =
        [HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete];

    public static void UseMethodOverride(this WebApplication app) => app.Use(async (context, next) =>
    {
        var request = context.Request;
        if (!RouteNames.IsOfEmulator(request.Path) && !HttpMethods.IsOptions(request.Method)
            && RequestQuery.Of(context)["method"]?.ToUpperInvariant() is { } method)
        {
            if (Refusal(request, method) is { } error)
            {
                await new ErrorEnvelope(error).ExecuteAsync(context);
                return;
            }

            request.Method = method;
        }

        await next(context);
    });

    private static ApiError? Refusal(HttpRequest request, string method)
    {
        if (!Allowed.Contains(method))
            return ApiError.InvalidInput($"The query parameter \"method\" must be one of {string.Join(", ", Allowed)}.");

        var isSentByLinks = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        return isSentByLinks && !HttpMethods.IsGet(method) && !CallerBinding.HasBearerToken(request) ? ApiError.WriteByLink : null;
    }
}

using KvsRecords.Server.Errors;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;

namespace KvsRecords.Server.Middleware;

/// <summary>The path and the method of a request, before anything else looks at them.</summary>
internal static class RequestLine
{
    // Not HEAD: a client that sends a GET waits for the body whose length the headers say.
    private static readonly string[] AllowedMethods =
        [HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete];

    /// <summary>
    /// Refuses paths that the web server changes. It resolves the segments <c>.</c> and <c>..</c>, also where they are encoded, so that a
    /// request for a record called <c>..</c> would act on its store. In a request line with a whole URL, as for a proxy, it takes a backslash
    /// for a slash, ends the path at a <c>#</c>, and lets a NUL through.
    /// </summary>
    public static void UseDotSegmentCheck(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (Problem(KeyInPath.RawPathOf(context)) is { } problem)
            await new ErrorEnvelope(ApiError.InvalidInput(problem)).ExecuteAsync(context);
        else
            await next(context);
    });

    /// <summary>
    /// Applies <c>?method=DELETE</c>: any request may say which method it stands for, for callers who can only send some. Under
    /// <c>/_emulator</c> there is no such thing: there it is a parameter like any other.
    /// </summary>
    /// <remarks>
    /// A <c>GET</c> or <c>HEAD</c> that stands for a write MUST have its token in <c>Authorization</c>: a page or a link makes a browser send
    /// any such request, and over plain HTTP to a name that is not loopback the browser does not say that a page of another site asked for
    /// it. An <c>OPTIONS</c> stands for itself: browsers send it by themselves, before what a page may not do.
    /// </remarks>
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

    private static string? Problem(string path)
    {
        var segments = path.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase).Split('/');
        if (segments.Any(segment => segment is "." or ".."))
            return "A segment of the path is \".\" or \"..\".";

        return !path.StartsWith('/') && (path.AsSpan().ContainsAny('\\', '#') || path.Contains("%00", StringComparison.Ordinal))
            ? "The URL in the request line has a backslash, a \"#\" or a NUL in its path."
            : null;
    }

    private static ApiError? Refusal(HttpRequest request, string method)
    {
        if (!AllowedMethods.Contains(method))
            return ApiError.InvalidInput($"The query parameter \"method\" must be one of {string.Join(", ", AllowedMethods)}.");

        var isSentByLinks = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        return isSentByLinks && !HttpMethods.IsGet(method) && ApiRequest.BearerToken(request) is null ? ApiError.WriteByLink : null;
    }
}

using KvsRecords.Server.Requests;
using Microsoft.AspNetCore.Diagnostics;

namespace KvsRecords.Server.Logging;

/// <summary>The facts of a request that may be said in the log and in the list of requests: no secret is among them.</summary>
internal static class RequestFacts
{
    private const string StoreParameter = "{storeId}";
    private const string KeyParameter = "{key}";

    /// <summary>
    /// Gives the template of the route, with the id of the store that was found and the key. It has nothing else of the path: a secret may
    /// stand there by mistake.
    /// </summary>
    public static string Route(HttpContext context)
    {
        // A handled fault has taken the endpoint away.
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/') ?? "-";
        if (ApiRequest.Find(context)?.Store is { } store)
        {
            // The URL of a run's store names the run.
            route = route.Contains(StoreParameter, StringComparison.Ordinal)
                ? route.Replace(StoreParameter, store.Id, StringComparison.Ordinal)
                : $"{route} ({store.Id})";
        }

        if (route.Contains(KeyParameter, StringComparison.Ordinal))
            route = route.Replace(KeyParameter, Encoded(WithoutQuery(KeyInPath.Of(context).Text), context), StringComparison.Ordinal);
        return route;
    }

    /// <summary>The path, percent-encoded and without secrets.</summary>
    public static string Path(HttpContext context) =>
        WithoutQuery(context.Request.Path.Value ?? "") is ['/', .. var path] ? $"/{Encoded(path, context)}" : "";

    /// <summary>Removes what stands behind a question mark that the client has encoded by mistake, since secrets stand there.</summary>
    public static string WithoutQuery(string text)
    {
        var query = text.IndexOf('?');
        return query < 0 ? text : text[..query];
    }

    /// <summary>The number of bytes of the body that were sent.</summary>
    public static long BytesSent(HttpContext context) => context.Features.Get<SentBody>() is { } sent ? sent.Bytes
        : HttpMethods.IsHead(context.Request.Method) ? 0
        : context.Response.ContentLength ?? 0;

    /// <summary>True when the connection was broken before the end, for every status.</summary>
    public static bool WasBrokenOff(HttpContext context) => context.Features.Get<SentBody>()?.WasBrokenOff == true;

    // A line break could forge a line of the log.
    private static string Encoded(string text, HttpContext context) => new PathString($"/{Redaction.Redact(context, text)}").ToUriComponent()[1..];
}

using System.Globalization;
using System.Net;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Settings;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Middleware;

/// <summary>A feature of a request whose answer is the same for ever: its URL has the hash of its content.</summary>
internal sealed record NeverChanges;

/// <summary>Headers that every answer has, whatever made it.</summary>
internal static class CommonHeaders
{
    public const string RateLimit = "X-RateLimit-Limit";

    public const string ResourcePolicy = "Cross-Origin-Resource-Policy";

    public static void UseCommonHeaders(this WebApplication app, ServerOptions options)
    {
        // "same-site" and not "same-origin": an application on another port of localhost shows pictures from here.
        var resourcePolicy = Origins.AreAllAllowed(options.AllowedOrigins) ? "cross-origin" : "same-site";
        app.Use((context, next) =>
        {
            // At the last moment: the exception handler clears the headers before, and sets caching headers of its own.
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers.CacheControl = IsImmutable(context) ? "public, max-age=31536000, immutable" : "private, no-cache";
                headers.Remove(HeaderNames.Expires);
                headers.Remove(HeaderNames.Pragma);
                headers.XContentTypeOptions = "nosniff";
                headers[ResourcePolicy] = resourcePolicy;
                if (IsToBeSandboxed(context.Response))
                    headers.ContentSecurityPolicy = BrowserSafety.Sandbox;
                if (RateLimits.PerSecond(options.RateLimit, context.GetEndpoint()) is { } perSecond)
                    headers[RateLimit] = perSecond.ToString(CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static bool IsImmutable(HttpContext context) =>
        context.Features.Get<NeverChanges>() is not null && context.Response.StatusCode <= StatusCodes.Status304NotModified;

    // Here, and not where a record is answered, so that it applies to every way to answer. An answer with its own policy keeps it.
    private static bool IsToBeSandboxed(HttpResponse response) =>
        response.StatusCode != (int)HttpStatusCode.NoContent
        && response.Headers.ContentSecurityPolicy.Count == 0
        && !BrowserSafety.IsHarmless(response.ContentType);
}

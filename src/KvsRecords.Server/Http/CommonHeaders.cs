using System.Globalization;
using KvsRecords.Server.Settings;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Http;

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
            // At the last moment: whoever handles a fault clears the headers before, and sets caching headers of its own.
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers.CacheControl = "private, no-cache";
                headers.Remove(HeaderNames.Expires);
                headers.Remove(HeaderNames.Pragma);
                headers.XContentTypeOptions = "nosniff";
                headers[ResourcePolicy] = resourcePolicy;
                if (headers.ContentSecurityPolicy.Count == 0 && !BrowserSafety.IsHarmless(context.Response.ContentType))
                    headers.ContentSecurityPolicy = BrowserSafety.Sandbox;
                if (RateLimits.PerSecond(options.RateLimit, context.GetEndpoint()) is { } perSecond)
                    headers[RateLimit] = perSecond.ToString(CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }
}

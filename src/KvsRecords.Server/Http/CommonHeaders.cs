using System.Globalization;
using KvsRecords.Server.Settings;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Http;

/// <summary>Headers that every answer has.</summary>
internal static class CommonHeaders
{
    public const string RateLimit = "X-RateLimit-Limit";

    public static void UseCommonHeaders(this WebApplication app, RateLimit limit)
    {
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
                if (RateLimits.PerSecond(limit, context.GetEndpoint()) is { } perSecond)
                    headers[RateLimit] = perSecond.ToString(CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }
}

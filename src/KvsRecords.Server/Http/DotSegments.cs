using KvsRecords.Server.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace KvsRecords.Server.Http;

/// <summary>
/// Refuses paths with the segments <c>.</c> and <c>..</c>: the web server resolves them, also where they are encoded, and what was meant
/// for a record called <c>..</c> would be done to its store.
/// </summary>
internal static class DotSegments
{
    public static void UseDotSegmentCheck(this WebApplication app) => app.Use(async (context, next) =>
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?');
        var segments = (query < 0 ? target : target[..query]).Replace("%2e", ".", StringComparison.OrdinalIgnoreCase).Split('/');
        if (segments.Any(segment => segment is "." or ".."))
            await new ErrorEnvelope(ApiError.InvalidInput("A segment of the path is \".\" or \"..\".")).ExecuteAsync(context);
        else
            await next(context);
    });
}

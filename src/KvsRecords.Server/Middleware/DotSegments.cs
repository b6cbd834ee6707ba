using KvsRecords.Server.Errors;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// Refuses paths that the web server changes. It resolves the segments <c>.</c> and <c>..</c>, also where they are encoded, so that a
/// request for a record called <c>..</c> would act on its store. In a request line with a whole URL, as for a proxy, it takes a backslash
/// for a slash, ends the path at a <c>#</c>, and lets a NUL through.
/// </summary>
internal static class DotSegments
{
    public static void UseDotSegmentCheck(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (Problem(KeyInPath.RawPathOf(context)) is { } problem)
            await new ErrorEnvelope(ApiError.InvalidInput(problem)).ExecuteAsync(context);
        else
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
}

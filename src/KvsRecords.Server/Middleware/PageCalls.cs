using KvsRecords.Server.Requests;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// Recognizes the requests that the page in the browser makes to look at stores. They are kept out of the requests that a test sees, of the
/// counts of stores, of their rate limits, and of faults: to look at a test must not change it.
/// </summary>
/// <remarks>
/// The mark is the <c>Referer</c>, which links, pictures and sound have too. A page of another site cannot forge it; another program can,
/// and gains no right by it, and no more requests than <see cref="MaxPerSecond"/>. The log has these requests like all others.
/// </remarks>
internal static class PageCalls
{
    /// <summary>
    /// The limit on the requests of one caller. An upload of many files has four on their way, each of some milliseconds.
    /// </summary>
    public const int MaxPerSecond = 300;

    private const string Path = $"{RouteNames.Page}/";

    public static bool IsOne(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.Referer.ToString() is not { Length: > 0 } referer
            || !Uri.TryCreate(referer, UriKind.Absolute, out var page)
            || !page.AbsolutePath.EndsWith(Path, StringComparison.Ordinal))
        {
            return false;
        }

        var options = context.RequestServices.GetRequiredService<ServerOptions>();
        var origin = page.GetLeftPart(UriPartial.Authority);
        return options.HasPage
            && request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin"
            && (origin == $"{request.Scheme}://{request.Host}" || origin == options.PublicUrl?.GetLeftPart(UriPartial.Authority));
    }
}

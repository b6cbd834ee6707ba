using KvsRecords.Server.Errors;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// Refuses requests that pages of other sites make a browser send by itself: writes (<c>&lt;img src="…?method=DELETE&amp;token=…"&gt;</c>,
/// a form), and answers that would run or be shown within the page (<c>&lt;script src&gt;</c>, a frame). The development token is well
/// known; but the browser says where a request comes from, and what for. The URLs that steer the emulator are refused even for reading.
/// </summary>
internal static class ForeignPages
{
    // Destinations that give a page nothing of an answer: a tab of its own; requests of scripts, which CORS decides; and pictures and
    // sound, which the answer's Cross-Origin-Resource-Policy decides, since the page may belong to an application on another port. A closed
    // list, as browsers learn of new destinations.
    private static readonly string[] HarmlessDestinations = ["", "document", "empty", "image", "audio", "video"];

    public static void UseForeignPageCheck(this WebApplication app, ServerOptions options) => app.Use(async (context, next) =>
    {
        if (Refusal(context.Request, options.AllowedOrigins) is { } error)
            await new ErrorEnvelope(error).ExecuteAsync(context);
        else
            await next(context);
    });

    private static ApiError? Refusal(HttpRequest request, IReadOnlyList<string>? allowed)
    {
        if (RouteNames.IsOfEmulator(request.Path))
            return IsForeign(request, isOfEmulator: true, allowed) ? ApiError.ForeignPageOfEmulator : null;
        if (IsChange(request.Method) && IsForeign(request, isOfEmulator: false, allowed))
            return ApiError.ForeignPage;

        var destination = request.Headers["Sec-Fetch-Dest"].ToString();
        return request.Headers["Sec-Fetch-Site"] == "cross-site" && !HarmlessDestinations.Contains(destination) && !IsOfAllowedPage(request, allowed)
            ? ApiError.ForeignEmbedding(destination)
            : null;
    }

    private static bool IsChange(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);

    private static bool IsForeign(HttpRequest request, bool isOfEmulator, IReadOnlyList<string>? allowed)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();

        // An <img> sends no Origin, but a Sec-Fetch-Site; an old browser sends only the Origin.
        if (origin.Length == 0)
            return site is "cross-site" or "same-site";
        if (origin == $"{request.Scheme}://{request.Host}")
            return false;

        // No page has any business here, where tests make stores and set faults.
        return isOfEmulator || !Origins.IsAllowed(origin, allowed);
    }

    // A frame or a script comes without an origin, but with a Referer, which a page can leave out and cannot forge.
    private static bool IsOfAllowedPage(HttpRequest request, IReadOnlyList<string>? allowed)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0 && Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var page))
            origin = page.GetLeftPart(UriPartial.Authority);
        return Origins.IsAllowed(origin, allowed);
    }
}

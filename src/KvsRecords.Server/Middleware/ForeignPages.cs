using System.Net;
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
/// <remarks>
/// Host names are refused under which such a page could be taken for one of this server (DNS rebinding). An attacker needs a name with a
/// dot for it; addresses, <c>localhost</c> and names without a dot, such as a compose service's, cannot be used.
/// </remarks>
internal static class ForeignPages
{
    // Destinations that give a page nothing of an answer: a tab of its own; requests of scripts, which CORS decides; and pictures and
    // sound, which the answer's Cross-Origin-Resource-Policy decides, since the page may belong to an application on another port. A closed
    // list, as browsers learn of new destinations.
    private static readonly string[] HarmlessDestinations = ["", "document", "empty", "image", "audio", "video"];

    private const string DockerHost = "host.docker.internal";

    public static void UseHostCheck(this WebApplication app, ServerOptions options) => app.Use(async (context, next) =>
    {
        var host = context.Request.Host.Host;
        if (IsAllowedHost(host, options))
            await next(context);
        else
            await new ErrorEnvelope(ApiError.HostNotAllowed(host)).ExecuteAsync(context);
    });

    /// <summary>MUST stand behind what changes the method.</summary>
    public static void UseForeignPageCheck(this WebApplication app, ServerOptions options) => app.Use(async (context, next) =>
    {
        if (Refusal(context.Request, options.AllowedOrigins) is { } error)
            await new ErrorEnvelope(error).ExecuteAsync(context);
        else
            await next(context);
    });

    internal static bool IsAllowedHost(string host, ServerOptions options)
    {
        host = host.TrimEnd('.');
        return !host.Contains('.')
            || IPAddress.TryParse(host, out _)
            || IsBelow(host, "localhost")
            || IsSame(host, DockerHost)
            || IsSame(host, options.PublicUrl?.Host ?? "")
            || options.AllowedHosts.Any(allowed => allowed == "*" || IsSame(host, allowed)
                || (allowed.StartsWith("*.", StringComparison.Ordinal) && IsBelow(host, allowed[2..])));
    }

    private static bool IsSame(string host, string name) => string.Equals(host, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsBelow(string host, string name) => host.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase);

    private static ApiError? Refusal(HttpRequest request, IReadOnlyList<string>? allowed)
    {
        if (RouteNames.IsOfEmulator(request.Path))
            return IsForeign(request, isOfEmulator: true, allowed) ? ApiError.ForeignPageOfEmulator : null;
        if (IsChange(request.Method) && IsForeign(request, isOfEmulator: false, allowed))
            return ApiError.ForeignPage;

        var destination = request.Headers["Sec-Fetch-Dest"].ToString();
        var isHarmless = request.Headers["Sec-Fetch-Site"] != "cross-site" || HarmlessDestinations.Contains(destination);
        return isHarmless || IsOfAllowedPage(request, allowed) ? null : ApiError.ForeignEmbedding(destination);
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

using KvsRecords.Server.Emulator;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Http;

/// <summary>
/// Refuses writes by pages of other sites. A browser sends such requests by itself (<c>&lt;img src="…?method=DELETE&amp;token=…"&gt;</c>,
/// a form), and the development token is well known; it also says where they come from. What steers the emulator is not even for reading.
/// </summary>
internal static class ForeignPages
{
    public static void UseForeignPageCheck(this WebApplication app, ServerOptions options) => app.Use(async (context, next) =>
    {
        var request = context.Request;
        var isOfEmulator = EmulatorRoutes.Has(request.Path);
        if ((isOfEmulator || IsChange(request.Method)) && IsForeign(request, isOfEmulator, options.AllowedOrigins))
            await new ErrorEnvelope(isOfEmulator ? ApiError.ForeignPageOfEmulator : ApiError.ForeignPage).ExecuteAsync(context);
        else
            await next(context);
    });

    private static bool IsChange(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);

    private static bool IsForeign(HttpRequest request, bool isOfEmulator, IReadOnlyList<string>? allowed)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();

        // An <img> says no origin, but where it stands; an old browser says only the origin.
        if (origin.Length == 0)
            return site is "cross-site" or "same-site";
        if (origin == $"{request.Scheme}://{request.Host}")
            return false;

        // Where the stores of the tests are made and faults are set, no other page has any business.
        return isOfEmulator || !Origins.IsAllowed(origin, allowed);
    }
}

using KvsRecords.Server.Middleware;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Page;

/// <summary>
/// <c>GET /_page/</c>: the page in the browser, as a part of the program; <c>GET /</c> leads a browser there. No endpoints: the page is no
/// part of what the server says of itself to programs.
/// </summary>
internal static class PageServing
{
    // A record is shown in a sandboxed frame without a source, which has this policy too: it runs nothing and loads nothing. Styles within
    // a record are allowed; the page itself has none.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src blob: data:; media-src 'self'; "
        + "frame-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types record";

    /// <summary>Serves the page on a branch of its own. To stand behind what refuses hosts and pages of others.</summary>
    public static void UsePage(this WebApplication app, ServerOptions options)
    {
        if (!options.HasPage)
            return;

        var files = new PageFiles(options.DevelopmentUser);
        app.UseWhen(
            context => context.Request.Path == "/" || context.Request.Path.StartsWithSegments(RouteNames.Page, StringComparison.Ordinal),
            page => page.Use((context, next) =>
                IsLedToPage(context, options) ? Task.CompletedTask
                : Open(context, files) is { } answer ? answer.ExecuteAsync(context)
                : next(context)));
    }

    private static bool IsLedToPage(HttpContext context, ServerOptions options)
    {
        var path = context.Request.Path.Value;
        if (!IsRead(context.Request) || path is not ("/" or RouteNames.Page))
            return false;

        context.Response.Headers.Vary = HeaderNames.Accept;
        if (path == "/" && !context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            return false;

        context.Response.Redirect($"{options.PublicBaseUrl}{RouteNames.Page}/");
        return true;
    }

    private static FileStreamHttpResult? Open(HttpContext context, PageFiles files)
    {
        const string Folder = $"{RouteNames.Page}/";
        if (!IsRead(context.Request) || context.Request.Path.Value is not { } path || !path.StartsWith(Folder, StringComparison.Ordinal))
            return null;

        if (path == Folder)
        {
            Protect(context.Response);
            return TypedResults.Stream(
                files.OpenStart(), "text/html; charset=utf-8", entityTag: new EntityTagHeaderValue($"\"{files.Hash}\""));
        }

        // An older page may still ask for the files that it was made of: it is not served newer ones under their names.
        var hashed = $"{Folder}{files.Hash}/";
        if (!path.StartsWith(hashed, StringComparison.Ordinal) || PageFiles.Open(path[hashed.Length..]) is not ({ } content, { } contentType))
            return null;

        Protect(context.Response);
        context.Features.Set(new NeverChanges());
        return TypedResults.Stream(content, contentType);
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static void Protect(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}

using KvsRecords.Server.Middleware;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Settings;
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

    /// <summary>To stand behind what refuses hosts and pages of others.</summary>
    public static void UsePage(this WebApplication app, ServerOptions options)
    {
        if (!options.HasPage)
            return;

        var files = new PageFiles(options.DevelopmentUser);
        app.Use((context, next) => Answer(context.Request, files, options) is { } answer ? answer.ExecuteAsync(context) : next(context));
    }

    private static IResult? Answer(HttpRequest request, PageFiles files, ServerOptions options)
    {
        var path = request.Path.Value ?? "";
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return null;
        if (path == "/")
            request.HttpContext.Response.Headers.Vary = HeaderNames.Accept;
        if (path == RouteNames.Page || (path == "/" && AcceptsHtml(request)))
            return TypedResults.Redirect($"{options.PublicBaseUrl}{RouteNames.Page}/");

        return path.StartsWith($"{RouteNames.Page}/", StringComparison.Ordinal)
            ? Open(path[(RouteNames.Page.Length + 1)..], request.HttpContext, files)
            : null;
    }

    private static IResult? Open(string name, HttpContext context, PageFiles files)
    {
        if (name.Length == 0)
        {
            Protect(context.Response);
            return TypedResults.Bytes(files.StartPage, "text/html; charset=utf-8", entityTag: new EntityTagHeaderValue($"\"{files.Hash}\""));
        }

        // An older page may still ask for what it was made of: it is not served a newer file under the older name.
        if (!name.StartsWith($"{files.Hash}/", StringComparison.Ordinal) || PageFiles.Open(name[(files.Hash.Length + 1)..]) is not ({ } content, { } contentType))
            return null;

        Protect(context.Response);
        context.Features.Set(new NeverChanges());
        return TypedResults.Stream(content, contentType);
    }

    private static void Protect(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    private static bool AcceptsHtml(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}

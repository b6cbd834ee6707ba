using KvsRecords.Server.Logging;
using KvsRecords.Server.Requests;
using Serilog;
using Serilog.Events;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// One line for each request: method, route, status, bytes, duration. The query, which may hold secrets, is no part of it.
/// </summary>
internal static class RequestLog
{
    /// <param name="app">The server.</param>
    /// <param name="quietPath">The path below which requests are logged at the lowest level, since they come all the time.</param>
    public static void UseRequestLog(this WebApplication app, string quietPath) => app.UseSerilogRequestLogging(log =>
    {
        log.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        log.MessageTemplate = "{Method} {Route} {Status} {Bytes} B {Elapsed} ms";
        log.GetMessageTemplateProperties = Properties;
        log.GetLevel = (context, _, fault) =>
            fault is not null || context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? LogEventLevel.Error
            : context.Request.Path.StartsWithSegments(quietPath, StringComparison.Ordinal) || IsLookOfPage(context) ? LogEventLevel.Debug
            : LogEventLevel.Information;
    });

    // The page asks for the requests that came once a second. What it does is logged like anything else.
    private static bool IsLookOfPage(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && RouteNames.IsOfEmulator(context.Request.Path) && PageCalls.IsOne(context);

    private static IEnumerable<LogEventProperty> Properties(HttpContext context, string path, double elapsed, int status) =>
    [
        new("Method", new ScalarValue(Redaction.Redact(context, context.Request.Method))),
        new("Route", new ScalarValue(RequestFacts.Route(context))),
        new("Status", new ScalarValue(RequestFacts.WasBrokenOff(context) ? $"{status} (broken off)" : status)),
        new("Bytes", new ScalarValue(RequestFacts.BytesSent(context))),
        new("Elapsed", new ScalarValue(Math.Round(elapsed, 1))),
    ];
}

using KvsRecords.Server.Endpoints;
using Microsoft.AspNetCore.Http.Features;
using Serilog;
using Serilog.Events;

namespace KvsRecords.Server.Observability;

/// <summary>One line for each request: method, path, status, bytes, duration. The query, which may hold secrets, is no part of it.</summary>
internal static class RequestLog
{
    public static void UseRequestLog(this WebApplication app) => app.UseSerilogRequestLogging(log =>
    {
        log.MessageTemplate = "{Method} {Path} {Status} {Bytes} B {Elapsed} ms";
        log.GetMessageTemplateProperties = Properties;
        log.GetLevel = (context, _, fault) =>
            fault is not null || context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? LogEventLevel.Error
            : context.Request.Path.StartsWithSegments(Health.Path, StringComparison.Ordinal) ? LogEventLevel.Debug
            : LogEventLevel.Information;
    });

    private static IEnumerable<LogEventProperty> Properties(HttpContext context, string path, double elapsed, int status) =>
    [
        new("Method", new ScalarValue(context.Request.Method)),
        new("Path", new ScalarValue(RawPath(context))),
        new("Status", new ScalarValue(status)),
        new("Bytes", new ScalarValue(context.Features.Get<SentBytes>()?.Count ?? context.Response.ContentLength ?? 0)),
        new("Elapsed", new ScalarValue(Math.Round(elapsed, 1))),
    ];

    // As it came, percent-encoded: in the decoded path a line break could forge a line of the log.
    private static string RawPath(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }
}

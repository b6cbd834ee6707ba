using KvsRecords.Server.Endpoints;
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

    private static IEnumerable<LogEventProperty> Properties(HttpContext context, string path, double elapsed, int status)
    {
        var sent = context.Features.Get<SentBody>();
        return
        [
            new("Method", new ScalarValue(context.Request.Method)),
            new("Path", new ScalarValue(SafePath(context.Request.Path))),
            new("Status", new ScalarValue(sent?.WasBrokenOff == true ? $"{status} (broken off)" : status)),
            new("Bytes", new ScalarValue(sent?.Bytes ?? context.Response.ContentLength ?? 0)),
            new("Elapsed", new ScalarValue(Math.Round(elapsed, 1))),
        ];
    }

    // Percent-encoded, since a line break could forge a line of the log; and without what stands behind a question mark that the
    // client has encoded by mistake, since secrets stand there.
    private static string SafePath(PathString path)
    {
        var text = path.Value ?? "";
        var query = text.IndexOf('?');
        return new PathString(query < 0 ? text : text[..query]).ToUriComponent();
    }
}

using KvsRecords.Server.Endpoints;
using Serilog;
using Serilog.Events;

namespace KvsRecords.Server.Logging;

/// <summary>One line for each request: method, path, status, bytes, duration. The query, which may hold secrets, is no part of it.</summary>
internal static class RequestLog
{
    public static void UseRequestLog(this WebApplication app) => app.UseSerilogRequestLogging(log =>
    {
        log.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        log.MessageTemplate = "{Method} {Path} {Status} {Bytes} B {Elapsed} ms";
        log.GetMessageTemplateProperties = Properties;
        log.GetLevel = (context, _, fault) =>
            fault is not null || context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? LogEventLevel.Error
            : context.Request.Path.StartsWithSegments(Health.Path, StringComparison.Ordinal) ? LogEventLevel.Debug
            : LogEventLevel.Information;
    });

    private static IEnumerable<LogEventProperty> Properties(HttpContext context, string path, double elapsed, int status) =>
    [
        new("Method", new ScalarValue(SecretMask.Hide(context, context.Request.Method))),
        new("Path", new ScalarValue(RequestFacts.SafePath(context))),
        new("Status", new ScalarValue(RequestFacts.WasBrokenOff(context) ? $"{status} (broken off)" : status)),
        new("Bytes", new ScalarValue(RequestFacts.BytesSent(context))),
        new("Elapsed", new ScalarValue(Math.Round(elapsed, 1))),
    ];
}

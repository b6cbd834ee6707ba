using System.Globalization;
using Serilog;
using Serilog.Events;

namespace KvsRecords.Server.Observability;

/// <summary>The log: on standard error, since standard output is for the line that says that the server answers.</summary>
internal static class Logging
{
    /// <summary>Messages as JSON writes text: a line break in a file's name or a URL must not make a log line of its own.</summary>
    public const string Line = "{Timestamp:HH:mm:ss.fff} [{Level:u3}] {Message:j}{NewLine}{Exception}";

    // The logger of the whole process is left alone: another server in it has its own.
    public static void AddLogging(this WebApplicationBuilder builder, LogEventLevel level) => builder.Services.AddSerilog(
        log => Configure(log, level)
            .WriteTo.Console(outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose),
        preserveStaticLogger: true);

    /// <summary>Which events are told.</summary>
    public static LoggerConfiguration Configure(LoggerConfiguration log, LogEventLevel level) => log
        .MinimumLevel.Is(level)
        // The framework's own lines have whole URLs in them, with tokens and signatures, whatever level is asked for.
        .MinimumLevel.Override("Microsoft", level > LogEventLevel.Warning ? level : LogEventLevel.Warning)
        .MinimumLevel.Override("System", level > LogEventLevel.Warning ? level : LogEventLevel.Warning);
}

using System.Globalization;
using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace KvsRecords.Server.Logging;

/// <summary>The log: on standard error, since standard output is for the line that says that the server answers.</summary>
internal static class LogSetup
{
    /// <summary>The form of a line. <see cref="Configure"/> makes its values printable, so they need no quotes.</summary>
    public const string Line = "{Timestamp:HH:mm:ss.fff} [{Level:u3}] {Message:lj}{NewLine}{Exception}";

    // The logger of the whole process is left alone: another server in it has its own.
    public static void AddLogging(this WebApplicationBuilder builder, LogLevel level) => builder.Services.AddSerilog(
        log => Configure(log, LevelConvert.ToSerilogLevel(level), to => to.Console(
            outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose)),
        preserveStaticLogger: true);

    /// <summary>Configures the events that are logged and their target. No value makes a line of its own.</summary>
    public static void Configure(LoggerConfiguration log, LogEventLevel level, Action<LoggerSinkConfiguration> to) =>
        Levels(log, level).WriteTo.Sink(LoggerSinkConfiguration.Wrap(sink => new PrintableEvents(sink), to));

    private static LoggerConfiguration Levels(LoggerConfiguration log, LogEventLevel level) => log
        .MinimumLevel.Is(level)
        // The framework's own lines have whole URLs in them, with tokens and signatures, whatever level is asked for.
        .MinimumLevel.Override("Microsoft", level > LogEventLevel.Warning ? level : LogEventLevel.Warning)
        .MinimumLevel.Override("System", level > LogEventLevel.Warning ? level : LogEventLevel.Warning);
}

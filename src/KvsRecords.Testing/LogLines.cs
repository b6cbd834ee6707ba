using System.Globalization;
using KvsRecords.Server.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace KvsRecords.Testing;

/// <summary>The log as lines for a receiver, such as the output of a test.</summary>
internal sealed class LogLines(Action<string> take) : ILogEventSink
{
    private readonly MessageTemplateTextFormatter _formatter = new MessageTemplateTextFormatter(LogSetup.Line, CultureInfo.InvariantCulture);

    /// <summary>The receiver of each line; null: the lines are dropped.</summary>
    public static void Configure(LoggerConfiguration log, Action<string>? take)
    {
        if (take is null)
            log.MinimumLevel.Is(LevelAlias.Off);
        else
            LogSetup.Configure(log, LogEventLevel.Information, to => to.Sink(new LogLines(take)));
    }

    public void Emit(LogEvent logEvent)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        _formatter.Format(logEvent, line);
        take(line.ToString().TrimEnd());
    }
}

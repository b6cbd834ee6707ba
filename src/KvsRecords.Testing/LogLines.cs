using System.Globalization;
using KvsRecords.Server.Observability;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace KvsRecords.Testing;

/// <summary>The log as lines for somebody who takes them, such as the output of a test.</summary>
internal sealed class LogLines(Action<string> take) : ILogEventSink
{
    private readonly MessageTemplateTextFormatter _formatter = new MessageTemplateTextFormatter(Logging.Line, CultureInfo.InvariantCulture);

    /// <summary>A log that goes nowhere, where nobody takes it.</summary>
    public static Logger Logger(Action<string>? take) => take is null
        ? new LoggerConfiguration().CreateLogger()
        : Logging.Configure(new LoggerConfiguration(), LogEventLevel.Information).WriteTo.Sink(new LogLines(take)).CreateLogger();

    public void Emit(LogEvent logEvent)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        _formatter.Format(logEvent, line);
        take(line.ToString().TrimEnd());
    }
}

using Serilog.Core;
using Serilog.Events;

namespace KvsRecords.Server.Logging;

/// <summary>Hands on log events with every text made <see cref="Printable"/>: names, keys, and messages of exceptions.</summary>
internal sealed class PrintableEvents(ILogEventSink sink) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        var properties = logEvent.Properties.Select(property => new LogEventProperty(property.Key, Of(property.Value)));
        var exception = logEvent.Exception is { } cause ? new PrintableException(cause) : null;
        sink.Emit(new LogEvent(logEvent.Timestamp, logEvent.Level, exception, logEvent.MessageTemplate, properties));
    }

    private static LogEventPropertyValue Of(LogEventPropertyValue value) => value switch
    {
        ScalarValue { Value: null or bool or int or long or double or float or decimal or uint or ulong or short or byte } => value,
        ScalarValue { Value: { } text } => new ScalarValue(Printable.Of($"{text}")),
        _ => new ScalarValue(Printable.Of($"{value}")),
    };

    private sealed class PrintableException(Exception cause) : Exception(cause.Message)
    {
        public override string ToString() => Printable.Of(cause);
    }
}

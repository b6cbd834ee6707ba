using KvsRecords.Server.Logging;
using Microsoft.AspNetCore.Connections.Features;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>A client's connection, past the web server's own rules of what an answer is.</summary>
internal static class Wire
{
    /// <summary>Sends what was written so far, and closes the connection as if that were all.</summary>
    public static async Task CloseAsync(HttpContext context, CancellationToken gone)
    {
        // To a client of HTTP/1.0 the end of the connection is the end of the body, where no length was announced.
        var wouldLookWhole = HttpProtocol.IsHttp10(context.Request.Protocol) && context.Response.ContentLength is null;
        if (!wouldLookWhole && context.Features.Get<IConnectionTransportFeature>() is { } connection)
        {
            await connection.Transport.Output.CompleteAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        SentBody.BreakOff(context);
    }

    /// <summary>Writes bytes behind what the web server has written. To be done when that has been flushed.</summary>
    public static async Task WriteAsync(HttpContext context, byte[] bytes, CancellationToken gone)
    {
        if (context.Features.Get<IConnectionTransportFeature>() is { } connection)
            await connection.Transport.Output.WriteAsync(bytes, gone);
    }
}

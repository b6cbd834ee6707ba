using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Responses;

/// <summary>
/// The sending of an archive. A fault after the first byte must break the connection, since a short archive must never look whole.
/// </summary>
internal static class ArchiveSending
{
    public static async Task RunAsync(HttpContext context, Store store, ILogger logger, Func<Task> send, Func<long> bytesSent)
    {
        try
        {
            await send();
        }
        catch (OperationCanceledException)
        {
            // Only a client that leaves, or the end of the server, cancels. This often shows that the client has left before RequestAborted
            // says so.
            logger.ClientLeft(store, bytesSent());
            SentBody.BreakOff(context);
        }
        catch (RecordChangedException e) when (context.Response.HasStarted)
        {
            logger.ArchiveOutdated(store, bytesSent(), e.Message);
            SentBody.BreakOff(context);
        }
        catch (Exception e) when (context.Response.HasStarted)
        {
            logger.ArchiveBroken(store, bytesSent(), e.Message, StorageFault.Is(e) ? null : e);
            SentBody.BreakOff(context);
        }
        finally
        {
            SentBody.Of(context).End(context, bytesSent());
        }
    }
}

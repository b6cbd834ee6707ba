using System.Net.Mime;
using KvsRecords.Archive;
using KvsRecords.Server.Observability;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Http;

/// <summary>
/// A store's records as a ZIP archive that is made while it is sent. Its length is not known before its end, so a fault after the
/// first byte must break the connection: a short archive must never look whole.
/// </summary>
internal sealed class ArchiveResult(IStoreReader stores, Store store, RecordFilter filter, ILogger logger) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = MediaTypeNames.Application.Zip;
        response.Headers.ContentDisposition = Attachment.Header(ArchiveName.Of(store));
        response.Headers.AcceptRanges = "none";
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;

        var archive = new StreamedArchive(response.BodyWriter);
        var sent = SentBody.Of(httpContext);
        try
        {
            await using var snapshot = await stores.OpenSnapshotAsync(store, filter, httpContext.RequestAborted);
            await archive.WriteAsync(snapshot, httpContext.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Only a client that leaves, or the end of the server, cancels; the first is often seen before RequestAborted says so.
            logger.ClientLeft(store, archive.BytesSent);
            sent.WasBrokenOff = true;
            httpContext.Abort();
        }
        catch (Exception e) when (response.HasStarted)
        {
            logger.ArchiveBroken(store, archive.BytesSent, e);
            sent.WasBrokenOff = true;
            httpContext.Abort();
        }
        finally
        {
            sent.Bytes = archive.BytesSent;
        }
    }
}

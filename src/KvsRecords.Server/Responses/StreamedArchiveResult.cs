using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Responses;

/// <summary>
/// A store's records as an archive that is made while it is sent: its length is not known before its end.
/// </summary>
internal sealed class StreamedArchiveResult(IStoreReader stores, Store store, RecordFilter filter, ILogger logger) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        Attachment.SetArchiveHeaders(httpContext.Response, store);
        httpContext.Response.Headers.AcceptRanges = "none";
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;

        var archive = new StreamedArchive(httpContext.Response.BodyWriter);
        await ArchiveSending.RunAsync(
            httpContext,
            store,
            logger,
            async () =>
            {
                await using var snapshot = await stores.OpenSnapshotAsync(store, filter, httpContext.RequestAborted);
                await archive.WriteAsync(snapshot, httpContext.RequestAborted);
            },
            () => archive.BytesSent);
    }
}

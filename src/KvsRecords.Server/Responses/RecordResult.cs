using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Responses;

/// <summary>
/// One record, with what the framework makes of it: ranges, conditions, the length. A fault after the first byte breaks the connection
/// before the length that was promised is reached.
/// </summary>
internal sealed class RecordResult(Store store, RecordKey key, RecordContent content, bool isAttachment, ILogger logger) : IResult
{
    private const string Unknown = "application/octet-stream";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var contentType = content.ContentType is { } known && HeaderText.IsPlain(known) ? known : Unknown;
        if (isAttachment)
            httpContext.Response.Headers.ContentDisposition = Attachment.Header(key.Text);

        var tag = content.Version is { } version ? new EntityTagHeaderValue($"\"{version}\"") : null;
        Conditions.Prepare(httpContext.Request, tag);
        await using var stream = new RecordStream(content);
        var result = TypedResults.Stream(
            stream,
            contentType,
            lastModified: content.LastModified,
            entityTag: tag,
            enableRangeProcessing: true);
        try
        {
            await result.ExecuteAsync(httpContext);
        }
        catch (Exception e) when (StorageFault.Is(e) && !httpContext.RequestAborted.IsCancellationRequested)
        {
            logger.RecordUnreadable(store, key, stream.Position, e.Message);
            if (!httpContext.Response.HasStarted)
            {
                httpContext.Response.Clear();
                await new ErrorEnvelope(StorageFault.ErrorOf(e)).ExecuteAsync(httpContext);
                return;
            }

            SentBody.BreakOff(httpContext);
        }

        // The web server takes what is written to a broken connection, and only says so when it is asked.
        if (stream.BytesRead > 0 && (await httpContext.Response.BodyWriter.FlushAsync(CancellationToken.None)).IsCompleted)
            SentBody.BreakOff(httpContext);
        SentBody.Of(httpContext).End(httpContext, stream.BytesRead);
    }
}

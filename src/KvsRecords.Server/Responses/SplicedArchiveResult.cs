using System.Buffers.Binary;
using System.Globalization;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using KvsRecords.Archive;
using KvsRecords.Server.Errors;
using KvsRecords.Stores;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Responses;

/// <summary>
/// A store's records as an archive that is known before its first byte: with its length, a strong validator, and any range of it. The
/// framework answers ranges and conditions; a plain download, as nearly all are, goes straight into the response.
/// </summary>
internal sealed class SplicedArchiveResult(ICompressedStoreReader stores, Store store, RecordFilter filter, ILogger logger) : IResult
{
    private static readonly string[] ConditionsAndRanges =
    [
        HeaderNames.Range, HeaderNames.IfRange, HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince,
        HeaderNames.IfUnmodifiedSince,
    ];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var snapshot = await stores.OpenCompressedSnapshotAsync(store, filter, httpContext.RequestAborted);
        if (snapshot is null)
        {
            await new ErrorEnvelope(ApiError.StoreNotFound).ExecuteAsync(httpContext);
            return;
        }

        Attachment.SetArchiveHeaders(httpContext.Response, store);
        var tag = Tag(snapshot);
        Conditions.Prepare(httpContext.Request, tag);
        var archive = SplicedArchive.LayOut(snapshot);
        if (!HttpMethods.IsHead(httpContext.Request.Method) && !ConditionsAndRanges.Any(httpContext.Request.Headers.ContainsKey))
        {
            await ArchiveSending.RunAsync(
                httpContext, store, logger, () => SendAsync(httpContext, snapshot, archive, tag), () => archive.BytesSent);
            return;
        }

        await using var stream = new SplicedStream(archive);
        var result = TypedResults.Stream(
            stream, MediaTypeNames.Application.Zip, lastModified: snapshot.LastModified, entityTag: tag, enableRangeProcessing: true);
        await ArchiveSending.RunAsync(httpContext, store, logger, () => result.ExecuteAsync(httpContext), () => stream.BytesRead);
    }

    private static async Task SendAsync(HttpContext context, ICompressedSnapshot snapshot, SplicedArchive archive, EntityTagHeaderValue tag)
    {
        var response = context.Response;
        var headers = response.GetTypedHeaders();
        headers.ETag = tag;
        headers.LastModified = snapshot.LastModified;
        headers.ContentLength = archive.Length;
        response.Headers.AcceptRanges = "bytes";
        await archive.WriteAsync(response.BodyWriter, from: 0, context.RequestAborted);
    }

    // Everything that the bytes depend on.
    private EntityTagHeaderValue Tag(ICompressedSnapshot snapshot)
    {
        var version = $"{snapshot.Version}-{SplicedArchive.Format}";
        if (filter == RecordFilter.Everything)
            return new EntityTagHeaderValue($"\"{version}\"");

        var words = string.Join('\0', filter.Prefix, filter.Collection?.Key, filter.Collection?.KeyPrefix);
        var hash = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(words)));
        return new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{version}-{hash:x16}\""));
    }
}

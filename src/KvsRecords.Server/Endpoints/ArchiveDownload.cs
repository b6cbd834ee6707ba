using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using KvsRecords.Archive;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Storage.Archives;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Endpoints;

/// <summary>A store's records as an archive. The framework answers conditions and ranges.</summary>
/// <remarks>
/// <list type="number">
/// <item>Open the snapshot. Its version becomes the <c>ETag</c>.</item>
/// <item>Where the finished archive of this version is kept, send its file: length, ranges, resume.</item>
/// <item>Splice the archive of a managed store: length, ranges, resume. From its second download on it is kept, where it has many small records or comes from another machine.</item>
/// <item>Compress the archive of a live folder while it is sent, and keep it; or, where a range is asked for, make it first and go to 2.</item>
/// <item>Break the connection where something fails after the first byte.</item>
/// </list>
/// </remarks>
internal sealed class ArchiveDownload(IStoreReader stores, ArchiveCache cache, Store store, RecordFilter filter, ILogger logger)
    : IResult
{
    // From this number of downloads of the same version on, it is worth the disk.
    private const int DownloadsUntilKept = 2;

    // A file with fewer, larger entries does not leave faster than an archive that is spliced on this machine.
    private const int MinSmallRecords = 1000;
    private const int MaxSmallRecord = 4 * 1024;

    // A client waits for the first byte of a range while the archive is made.
    private const long MaxMadeForRange = 2L * 1024 * 1024 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            await SendAsync(httpContext, isNamed: true);
        }
        catch (RecordChangedException) when (!httpContext.Response.HasStarted)
        {
            // The folder is being written to: each record is sent as it is when it is read.
            httpContext.Response.Headers.Remove(HeaderNames.ETag);
            httpContext.Response.Headers.Remove(HeaderNames.LastModified);
            await SendAsync(httpContext, isNamed: false);
        }
    }

    private async Task SendAsync(HttpContext context, bool isNamed)
    {
        await using var snapshot = await OpenAsync(context.RequestAborted);
        if (snapshot is null)
        {
            await new ErrorEnvelope(ApiError.StoreNotFound).ExecuteAsync(context);
            return;
        }

        var state = isNamed ? await snapshot.ReadStateAsync(context.RequestAborted) : new SnapshotState(null, default, long.MaxValue);
        var tag = Tag(state, snapshot is ICompressedSnapshot ? SplicedArchive.Format : StreamedArchive.Format);
        Attachment.SetArchiveHeaders(context.Response, store);
        Conditions.Prepare(context.Request, tag);
        if (tag is not null && cache.Open(Name(tag)) is { } kept)
            await SendKeptAsync(context, snapshot, kept, state, tag);
        else if (snapshot is ICompressedSnapshot compressed)
            await SpliceAsync(context, compressed, state, tag!);
        else
            await StreamAsync(context, snapshot, state, tag);
    }

    private async ValueTask<IRecordSnapshot?> OpenAsync(CancellationToken cancellationToken) => stores is ICompressedStoreReader compressed
        ? await compressed.OpenCompressedSnapshotAsync(store, filter, cancellationToken)
        : await stores.OpenSnapshotAsync(store, filter, cancellationToken);

    private async Task SendKeptAsync(
        HttpContext context, IRecordSnapshot snapshot, KeptArchiveStream archive, SnapshotState state, EntityTagHeaderValue tag)
    {
        await using (archive)
        {
            // A client may take its time.
            await snapshot.DisposeAsync();
            await SendKnownAsync(context, archive, archive.WriteAsync, () => archive.BytesRead, state, tag);
        }
    }

    private async Task SpliceAsync(HttpContext context, ICompressedSnapshot snapshot, SnapshotState state, EntityTagHeaderValue tag)
    {
        var archive = await SplicedArchive.LayOutAsync(snapshot, context.RequestAborted);
        await using var stream = new SplicedStream(archive);
        var isPlain = false;
        await SendKnownAsync(context, stream, WriteAsync, () => isPlain ? archive.BytesSent : stream.BytesRead, state, tag);

        async Task WriteAsync(PipeWriter output, CancellationToken cancellationToken)
        {
            isPlain = true;
            var totals = snapshot.Totals;
            var isSlow = snapshot.IsRemote || (totals.Records >= MinSmallRecords && totals.CompressedBytes / totals.Records <= MaxSmallRecord);
            using var draft = isSlow && cache.CountDownload(Name(tag)) >= DownloadsUntilKept
                ? cache.Begin(Name(tag), archive.Length)
                : null;
            await archive.WriteAsync(draft is null ? output : new KeepingWriter(output, draft), from: 0, cancellationToken);
            draft?.Keep(archive.DirectoryOffset);
        }
    }

    // A plain download, as nearly all are, goes straight into the response.
    private async Task SendKnownAsync(
        HttpContext context,
        Stream archive,
        Func<PipeWriter, CancellationToken, Task> write,
        Func<long> sent,
        SnapshotState state,
        EntityTagHeaderValue tag)
    {
        if (HttpMethods.IsHead(context.Request.Method) || Conditions.AreIn(context.Request))
        {
            var result = TypedResults.Stream(
                archive, MediaTypeNames.Application.Zip, lastModified: state.LastModified, entityTag: tag, enableRangeProcessing: true);
            await SendOrBreakOffAsync(context, () => result.ExecuteAsync(context), sent);
            return;
        }

        var headers = context.Response.GetTypedHeaders();
        headers.ETag = tag;
        headers.LastModified = state.LastModified;
        headers.ContentLength = archive.Length;
        context.Response.Headers.AcceptRanges = "bytes";
        await SendOrBreakOffAsync(context, () => write(context.Response.BodyWriter, context.RequestAborted), sent);
    }

    private async Task StreamAsync(HttpContext context, IRecordSnapshot snapshot, SnapshotState state, EntityTagHeaderValue? tag)
    {
        if (tag is null && Conditions.AnswerUnnamed(context))
            return;

        var canBeMade = tag is not null && cache.MaxBytes > 0 && state.ValueBytes <= Math.Min(cache.MaxBytes, MaxMadeForRange);
        if (canBeMade && Conditions.AskForPart(context.Request, tag!, state.LastModified)
            && await MakeAsync(snapshot, state, tag!, context.RequestAborted) is { } made)
        {
            await SendKeptAsync(context, snapshot, made, state, tag!);
            return;
        }

        context.Response.Headers.AcceptRanges = canBeMade ? "bytes" : "none";
        StreamedArchive? archive = null;
        var result = TypedResults.Stream(
            async _ =>
            {
                using var draft = tag is null ? null : cache.Begin(Name(tag), state.ValueBytes);
                var output = context.Response.BodyWriter;
                archive = new StreamedArchive(draft is null ? output : new KeepingWriter(output, draft));
                await archive.WriteAsync(snapshot, context.RequestAborted);
                if (draft is not null)
                    await KeepAsync(draft, state, archive, context.RequestAborted);
            },
            MediaTypeNames.Application.Zip,
            lastModified: tag is null ? null : state.LastModified,
            entityTag: tag);
        await SendOrBreakOffAsync(context, () => result.ExecuteAsync(context), () => archive?.BytesSent ?? 0);
    }

    // A short archive must never look whole.
    private async Task SendOrBreakOffAsync(HttpContext context, Func<Task> send, Func<long> bytesSent)
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

    private Task<KeptArchiveStream?> MakeAsync(
        IRecordSnapshot snapshot, SnapshotState state, EntityTagHeaderValue tag, CancellationToken cancellationToken) =>
        cache.OpenOrMakeAsync(
            Name(tag),
            async draft =>
            {
                var archive = new StreamedArchive(new KeepingWriter(PipeWriter.Create(Stream.Null), draft, endsWithDraft: true));
                try
                {
                    await archive.WriteAsync(snapshot, cancellationToken);
                }
                catch (OperationCanceledException) when (!draft.IsOpen && !cancellationToken.IsCancellationRequested)
                {
                    return;
                }

                await KeepAsync(draft, state, archive, cancellationToken);
            },
            cancellationToken);

    // Only where the folder is still as it was. That it cannot be asked breaks no archive that has been sent.
    private async Task KeepAsync(ArchiveDraft draft, SnapshotState state, StreamedArchive archive, CancellationToken cancellationToken)
    {
        try
        {
            await using var now = await stores.OpenSnapshotAsync(store, filter, cancellationToken);
            if (draft.IsOpen && (await now.ReadStateAsync(cancellationToken)).Version == state.Version)
                draft.Keep(archive.DirectoryOffset);
        }
        catch (Exception e) when (StorageFault.Is(e))
        {
            logger.ArchiveNotKept(store, e.Message);
        }
    }

    private ArchiveName Name(EntityTagHeaderValue tag) => new(store.Location, FilterText, tag.ToString());

    private string FilterText => string.Join('\0', filter.Prefix, filter.Collection?.Key, filter.Collection?.KeyPrefix);

    // Everything that the bytes depend on.
    private EntityTagHeaderValue? Tag(SnapshotState state, string form)
    {
        if (state.Version is null)
            return null;
        if (filter == RecordFilter.Everything)
            return new EntityTagHeaderValue($"\"{state.Version}-{form}\"");

        var hash = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(FilterText)));
        return new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{state.Version}-{form}-{hash:x16}\""));
    }
}

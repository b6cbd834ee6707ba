using System.Net.Mime;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Storage.Archives;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>GET /v2/key-value-stores/{storeId}/records</c>: "Downloads all records from the key-value store as a ZIP archive. Each record is
/// stored as a separate file in the archive, with the filename equal to the record key. You can optionally filter the records by
/// collection or prefix to download only a subset of the store."
/// </summary>
internal static class DownloadRecords
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapDownloadRecords(this RouteGroupBuilder store) => store
        .MapMethods("/records", Methods, Handle).ForReaders()
        .WithSummary("Downloads the records of a store as a ZIP archive, each as a file that is named by its key.")
        .Takes("prefix", "collection")
        .Refuses(ApiError.CollectionWithoutSchema("products"), ApiError.CollectionUnknown("products", ["images"]))
        .Refuses(ApiError.TooManyDownloads(1_000))
        .WithMetadata(Operation.DownloadRecords);

    [ProducesResponseType<Stream>(
        StatusCodes.Status200OK, MediaTypeNames.Application.Zip,
        Description = "The archive. From a live folder it has its length and ranges once it has been made, and no validator while the folder "
            + "is being written to.")]
    private static IResult Handle(
        ApiRequest request, IStoreReader stores, DownloadLimit limit, ArchiveCache archives, ILoggerFactory loggers)
    {
        var (filter, error) = request.ReadFilter();
        return error is not null
            ? new ErrorEnvelope(error)
            : limit.Apply(new ArchiveDownload(stores, archives, request.Store!, filter, loggers.CreateLogger(LogEvents.Category)));
    }
}

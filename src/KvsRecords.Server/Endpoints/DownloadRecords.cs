using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;
using KvsRecords.Server.Observability;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>GET /v2/key-value-stores/{storeId}/records</c>: "Downloads all records from the key-value store as a ZIP archive. Each record is
/// stored as a separate file in the archive, with the filename equal to the record key. You can optionally filter the records by
/// collection or prefix to download only a subset of the store."
/// </summary>
internal static class DownloadRecords
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapDownloadRecords(this WebApplication app)
    {
        var store = app.MapStore();
        store.MapMethods("/records", Methods, Handle).WithStorePolicy();
        store.MapOtherMethods("/records", Methods);
    }

    private static IResult Handle(StoreRequest request, IStoreReader stores, ILoggerFactory loggers)
    {
        var store = request.Store!;
        var filter = new RecordFilter(request.Query["prefix"]);
        if (request.Query["collection"] is { } id)
        {
            // "The key-value store need to have a schema defined for this parameter to work."
            if (store.Schema is null)
                return new ErrorEnvelope(ApiError.CollectionWithoutSchema(id));
            if (store.Schema.Find(id) is not { } collection)
                return new ErrorEnvelope(ApiError.CollectionUnknown(id, store.Schema.CollectionIds));
            filter = filter with { Collection = collection };
        }

        return new ArchiveResult(stores, store, filter, loggers.CreateLogger(LogEvents.Category));
    }
}

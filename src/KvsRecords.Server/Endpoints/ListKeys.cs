using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary><c>GET …/keys</c>: the keys of a store, a page at a time, in the order of their UTF-8.</summary>
internal static class ListKeys
{
    private const int MaxKeys = 1000;

    public static void MapListKeys(this RouteGroupBuilder store) => store
        .MapGet("/keys", HandleAsync).ForReaders()
        .WithSummary("Lists the keys of a store, a page at a time, in the order of their UTF-8.")
        .Takes("exclusiveStartKey", "limit", "prefix", "collection")
        .Refuses(ApiError.CollectionWithoutSchema("products"), ApiError.CollectionUnknown("products", ["images"]))
        .WithMetadata(Operation.ListKeys);

    [ProducesResponseType<Enveloped<KeyListAnswer>>(
        StatusCodes.Status200OK, Description = "A page of the keys. nextExclusiveStartKey is null at the end.")]
    private static async Task<IResult> HandleAsync(
        ApiRequest request, HttpRequest http, IStoreReader stores, PublicUrls urls, CancellationToken cancellationToken)
    {
        var limit = request.Query.Limit(MaxKeys);
        if (request.Query.Problem is { } problem)
            return new ErrorEnvelope(ApiError.InvalidInput(problem));
        var (filter, error) = request.ReadFilter();
        if (error is not null)
            return new ErrorEnvelope(error);

        var store = request.Store!;
        var start = request.Query["exclusiveStartKey"];
        var page = await stores.ListRecordsAsync(
            store, filter, start is null ? null : new RecordKey(start), limit, cancellationToken);

        // The signature of a record never expires, so a caller whose own signature expires gets none.
        Func<HttpRequest, Store, RecordKey, string> urlOf =
            Authorization.MayReadForever(request) ? urls.SignedRecord : urls.Record;
        return Answer.Ok(new KeyListAnswer(
            [.. page.Records.Select(record => new KeyAnswer(record.Key.Text, record.Length, urlOf(http, store, record.Key)))],
            page.Records.Count,
            limit,
            start,
            page.IsTruncated,
            page.IsTruncated ? page.Records[^1].Key.Text : null));
    }
}

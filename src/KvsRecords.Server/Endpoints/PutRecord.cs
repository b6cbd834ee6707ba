using System.Text.Json.Nodes;
using KvsRecords.Access;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Schemas;
using KvsRecords.Server.Settings;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>PUT</c> and <c>POST …/records/{key}</c>: writes a record, over the one of the same key. The answer is given when it will survive
/// a power cut.
/// </summary>
internal static class PutRecord
{
    private static readonly string[] Methods = [HttpMethods.Put, HttpMethods.Post];

    public static void MapPutRecord(this RouteGroupBuilder store) => store
        .MapMethods(RouteNames.Record, Methods, HandleAsync).ForWriters().RequireRateLimiting(RateLimits.Records)
        .WithSummary("Writes a record, over the one of the same key. The answer is given when it will survive a power cut.")
        .TakesBody("RecordValue")
        .Refuses(ApiError.InvalidRecordKey(new RecordKey("a b").WhyNotWritable()!), ApiError.SchemaViolated(
            "The record \"product-001\" does not obey the schema of its collection: /price 0 should be at least 1",
            [new SchemaViolation("products", "/price", "minimum", "0 should be at least 1")]))
        .WithMetadata(Operation.PutRecord);

    [ProducesResponseType<JsonObject>(StatusCodes.Status201Created, Description = "It is written.")]
    private static async Task<IResult> HandleAsync(
        ApiRequest request,
        HttpContext context,
        [FromServices] IStoreWriter? stores,
        CollectionRules rules,
        PublicUrls urls,
        ServerOptions options,
        CancellationToken cancellationToken)
    {
        var (store, key, http) = (request.Store!, KeyInPath.Of(context), context.Request);
        if (key.WhyNotWritable() is { } why)
            return new ErrorEnvelope(ApiError.InvalidRecordKey(why));
        if (UrlSignature.SignsStore(key.Text, store.Id))
            return new ErrorEnvelope(ApiError.InvalidRecordKey(
                $"Record key \"{key.Text}\" is what signatures of the whole store are made over. "
                + "Allowed: any other than the store's id, alone or behind two numbers."));

        // The content type is sent as a header later, and a header takes nothing else.
        var contentType = http.Headers.ContentType.ToString() is { Length: > 0 } given ? given : null;
        if (contentType is not null && !HeaderText.IsPlain(contentType))
            return new ErrorEnvelope(ApiError.InvalidInput("The Content-Type must be of visible ASCII characters."));

        await using var body = RequestBody.Open(http, options.MaxRecordSize);
        await using var value = await rules.CheckAsync(store.Schema, key, contentType, body, cancellationToken);
        return await stores!.PutAsync(store, new NewRecord(key, contentType), value.Bytes, cancellationToken)
            ? Answer.Written(urls.Record(http, store, key))
            : new ErrorEnvelope(ApiError.StoreNotFound);
    }
}

using System.Text.Json;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Schemas;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>POST /v2/key-value-stores</c>: the caller's store of that name, which is made when it is not there; without a name, a new one.
/// </summary>
internal static class CreateStore
{
    public static void MapCreateStore(this RouteGroupBuilder stores) => stores
        .MapPost("", HandleAsync).ForUsers()
        .WithSummary("Makes a store, or gives the one that the caller has of that name.")
        .Takes("name")
        .TakesBody("StoreCreation")
        .Refuses(ApiError.ReadOnlyFolder, ApiError.ForeignPage, ApiError.WriteByLink)
        .WithMetadata(Operation.CreateStore);

    [ProducesResponseType<Enveloped<StoreAnswer>>(StatusCodes.Status200OK, Description = "The caller has a store of that name.")]
    [ProducesResponseType<Enveloped<StoreAnswer>>(StatusCodes.Status201Created, Description = "It has been made.")]
    private static async Task<IResult> HandleAsync(
        ApiRequest request,
        HttpRequest http,
        IStoreReader stores,
        [FromServices] IStoreWriter? writer,
        StoreAnswers answers,
        PublicUrls urls,
        CollectionRules rules,
        CancellationToken cancellationToken)
    {
        var name = request.Query["name"];

        // A store that came from a folder may have a name that this operation refuses for a new one.
        if (name is not null && await stores.FindByNameAsync(request.User, name, cancellationToken) is { } existing)
            return Answer.Ok(answers.Of(http, existing, showSecret: true));
        if (writer is null)
            return new ErrorEnvelope(ApiError.ReadOnlyFolder);
        if (name is not null && !StoreName.IsWellFormed(name))
            return new ErrorEnvelope(ApiError.InvalidInput($"The name of a store must be {StoreName.Allowed}."));

        using var body = await RequestBody.ReadJsonAsync(http, cancellationToken);
        var problems = new List<string>();
        var schema = ReadSchema(body?.RootElement, problems);
        if (schema is not null)
            problems.AddRange(rules.ProblemsOf(schema));
        if (problems.Count > 0)
            return new ErrorEnvelope(ApiError.InvalidInput(string.Join("; ", problems)));

        var (store, isNew) = await writer.GetOrCreateAsync(request.User, name, schema, cancellationToken);
        var answer = answers.Of(http, store, showSecret: true);
        return isNew ? Answer.Created(urls.Store(http, store), answer) : Answer.Ok(answer);
    }

    private static StoreSchema? ReadSchema(JsonElement? body, List<string> problems)
    {
        switch (body)
        {
            case null or { ValueKind: JsonValueKind.Null }:
                return null;
            case not { ValueKind: JsonValueKind.Object }:
                problems.Add("The request body must be a JSON object with a schema, or empty.");
                return null;
            case { } members when members.TryGetProperty("schema", out var schema) && schema.ValueKind != JsonValueKind.Null:
                return StoreSchema.Parse(schema, "schema", problems);
            default:
                return null;
        }
    }
}

using System.Text.Json;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary><c>PUT …/key-value-stores/{storeId}</c>: changes a store's name, title or general access; what is not given stays.</summary>
internal static class UpdateStore
{
    public static void MapUpdateStore(this RouteGroupBuilder store) => store
        .MapPut("", HandleAsync).ForWriters()
        .WithSummary("Changes a store's name, title or general access; what is not given stays.")
        .TakesBody("StoreUpdate")
        .Refuses(ApiError.NameNotUnique("shop"))
        .WithMetadata(Operation.UpdateStore);

    [ProducesResponseType<Enveloped<StoreAnswer>>(StatusCodes.Status200OK, Description = "The store as it is now.")]
    private static async Task<IResult> HandleAsync(
        ApiRequest request, HttpRequest http, [FromServices] IStoreWriter? stores, StoreAnswers answers, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadJsonAsync(http, cancellationToken);
        var (change, wrong) = Read(body?.RootElement);
        if (wrong is not null)
            return new ErrorEnvelope(ApiError.InvalidInput(wrong));

        try
        {
            return await stores!.UpdateAsync(request.Store!, change, cancellationToken) is { } store
                ? Answer.Ok(answers.Of(http, store, showSecret: true))
                : new ErrorEnvelope(ApiError.StoreNotFound);
        }
        catch (StoreNameTakenException e)
        {
            return new ErrorEnvelope(ApiError.NameNotUnique(e.Name));
        }
    }

    private static (StoreChange Change, string? Wrong) Read(JsonElement? body)
    {
        var change = new StoreChange();
        if (body is not { ValueKind: JsonValueKind.Object } members)
            return (change, "The request body must be a JSON object with name, title or generalAccess.");

        if (members.TryGetProperty("name", out var name))
        {
            if (!IsTextOrNull(name) || (name.GetString() is { } text && !StoreName.IsWellFormed(text)))
                return (change, $"\"name\" must be null (then the store has none), or {StoreName.Allowed}.");
            change = change with { Name = name.GetString() ?? "" };
        }

        if (members.TryGetProperty("title", out var title))
        {
            if (!IsTextOrNull(title))
                return (change, "\"title\" must be a text, or null.");
            change = change with { Title = title.GetString() ?? "" };
        }

        if (members.TryGetProperty("generalAccess", out var access) && access.ValueKind != JsonValueKind.Null)
        {
            if (!IsTextOrNull(access) || !GeneralAccessName.TryParse(access.GetString()!, out var value))
                return (change, $"\"generalAccess\" must be one of {string.Join(", ", GeneralAccessName.OfAStore)}.");
            change = change with { GeneralAccess = value };
        }

        return (change, null);
    }

    private static bool IsTextOrNull(JsonElement json) => json.ValueKind == JsonValueKind.Null || JsonText.IsText(json);
}

using System.Text.Json;
using KvsRecords.Access;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Emulator;

/// <summary>
/// <c>PUT /_emulator/stores/{storeId}/sharing</c>: sets the users with whom a store is shared. The API itself has no operation for it: on the
/// service, that is done in the Console.
/// </summary>
internal static class StoreSharing
{
    private const string Pattern = $"/stores/{{{RouteNames.StoreId}}}/sharing";
    private const string SharedWith = "sharedWith";

    public static void MapStoreSharing(this RouteGroupBuilder emulator)
    {
        emulator.MapPut(Pattern, PutAsync)
            .WithSummary("Sets the users who may read a store whatever its general access says, in the place of those before.")
            .TakesBody("StoreSharing")
            .Refuses(ApiError.StoreNotFound, ApiError.ReadOnlyFolder);
        emulator.MapOtherMethods(Pattern, HttpMethods.Put);
    }

    /// <summary>Gives the usernames of users, or the id of one who is not known.</summary>
    public static IReadOnlyList<string> Names(IReadOnlySet<string> ids, UserDirectory users) =>
        [.. ids.Select(id => users.Find(id)?.Username ?? id).Order(StringComparer.Ordinal)];

    [ProducesResponseType(StatusCodes.Status204NoContent, Description = "It is shared with these users, and no others.")]
    private static async Task<IResult> PutAsync(
        string storeId,
        HttpRequest http,
        IStoreReader stores,
        [FromServices] IStoreWriter? writer,
        UserDirectory users,
        CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadJsonAsync(http, cancellationToken);
        var (ids, wrong) = Read(body?.RootElement, users);
        if (wrong is not null)
            return new ErrorEnvelope(ApiError.InvalidInput(wrong));
        if (writer is null)
            return new ErrorEnvelope(ApiError.ReadOnlyFolder);

        return await stores.FindByIdAsync(storeId, cancellationToken) is { } store
            && await writer.UpdateAsync(store, new StoreChange(SharedWith: ids), cancellationToken) is not null
                ? TypedResults.NoContent()
                : new ErrorEnvelope(ApiError.StoreNotFound);
    }

    private static (IReadOnlySet<string> Ids, string? Wrong) Read(JsonElement? body, UserDirectory users)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        if (body is not { ValueKind: JsonValueKind.Object } json
            || !json.TryGetProperty(SharedWith, out var names)
            || names.ValueKind != JsonValueKind.Array)
        {
            return (ids, $"The request body must be an object with \"{SharedWith}\", a list of usernames.");
        }

        foreach (var name in names.EnumerateArray())
        {
            if (!JsonText.IsText(name) || users.Find(name.GetString()!) is not { } user)
                return (ids, $"\"{SharedWith}\" has one that is no user; allowed: {string.Join(", ", users.Users.Select(known => known.Username))}.");
            ids.Add(user.Id);
        }

        return (ids, null);
    }
}

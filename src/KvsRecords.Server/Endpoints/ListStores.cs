using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>GET /v2/key-value-stores</c>: the stores that a user has, and those that others share with them, by when they were made.
/// </summary>
internal static class ListStores
{
    private const int MaxStores = 1000;

    public static void MapListStores(this RouteGroupBuilder stores) => stores
        .MapGet("", HandleAsync).ForUsers()
        .WithSummary("Lists the caller's stores, and those that others share with them, by when they were made.")
        .Takes("offset", "limitOfStores", "desc", "unnamed", "ownership")
        .WithMetadata(Operation.ListStores);

    [ProducesResponseType<Enveloped<StoreListAnswer>>(StatusCodes.Status200OK, Description = "A page of the stores.")]
    private static async Task<IResult> HandleAsync(
        ApiRequest request, HttpRequest http, IStoreReader stores, StoreAnswers answers, CancellationToken cancellationToken)
    {
        var query = request.Query;
        var offset = query.Offset();
        var limit = query.Limit(MaxStores);
        var descending = query.Flag("desc");
        var unnamedToo = query.Flag("unnamed");
        var ownership = query.Choice("ownership", "ownedByMe", "sharedWithMe");
        if (query.Problem is { } problem)
            return new ErrorEnvelope(ApiError.InvalidInput(problem));

        var user = request.User;
        var all = (await stores.ListAsync(cancellationToken))
            .Where(store => unnamedToo || store.Name is not null)
            .Where(store => (ownership != "sharedWithMe" && store.Owner.Id == user.Id)
                || (ownership != "ownedByMe" && store.Owner.Id != user.Id && store.SharedWith.Contains(user.Id)))
            .OrderBy(store => store.CreatedAt)
            .ToList();
        if (descending)
            all.Reverse();

        var page = all.Skip(offset).Take(limit)
            .Select(store => answers.Of(http, store, showSecret: store.Owner.Id == user.Id)).ToList();
        return Answer.Ok(new StoreListAnswer(all.Count, offset, limit, descending, page.Count, unnamedToo, page));
    }
}

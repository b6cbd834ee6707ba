using System.Reflection;
using KvsRecords.Access;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Http.Features;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// Who asks, for which store, and may they: found out once for every endpoint of a store, before the rate limit, which counts by store.
/// </summary>
internal sealed class StoreRequest
{
    public required RequestQuery Query { get; init; }

    public required Caller Caller { get; init; }

    public required string StoreId { get; init; }

    public required StoreReference Reference { get; init; }

    /// <summary>The store that is meant, whether or not the caller may read it; null when there is none.</summary>
    public required Store? Store { get; init; }

    public string RateLimitPartition => Store?.Id ?? StoreId;

    public static StoreRequest Of(HttpContext context) => context.Features.GetRequiredFeature<StoreRequest>();

    public static StoreRequest? Find(HttpContext context) => context.Features.Get<StoreRequest>();

    /// <summary>Makes it a parameter of endpoints.</summary>
    public static ValueTask<StoreRequest?> BindAsync(HttpContext context, ParameterInfo _) => new(Of(context));

    public static async Task<StoreRequest> ReadAsync(
        HttpRequest request, string storeId, UserDirectory users, IStoreReader stores, CancellationToken cancellationToken)
    {
        var query = RequestQuery.Parse(request.QueryString.Value ?? "");
        var caller = CallerBinding.Identify(request, query, users);

        // Routing decodes everything but an encoded slash.
        var reference = StoreReference.Parse(storeId.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
        return new StoreRequest
        {
            Query = query,
            Caller = caller,
            StoreId = storeId,
            Reference = reference,
            Store = reference switch
            {
                StoreReference.ById(var id) => await stores.FindByIdAsync(id, cancellationToken),
                StoreReference.ByName(var owner, var name) when (owner is null ? caller.User : users.Find(owner)) is { } user =>
                    await stores.FindByNameAsync(user, name, cancellationToken),
                _ => null,
            },
        };
    }

    /// <summary>Why the request is refused, or null. Of several reasons, the first in the documented order.</summary>
    public ApiError? Refusal(DateTimeOffset now)
    {
        if (Query.Problem is { } problem)
            return ApiError.InvalidInput(problem);
        if (Caller.IsUnknown)
            return ApiError.TokenNotValid;
        if (Reference is StoreReference.WithoutName)
            return ApiError.InvalidInput("The name of the store is empty. It is called by its id, or by username~store-name.");

        // The caller's own store, of a caller who does not say who they are.
        if (Reference is StoreReference.ByName { Owner: null } && Caller.User is null)
            return ApiError.TokenNotValid;
        if (Store is null)
            return ApiError.StoreNotFound;

        var signature = UrlSignature.Verify(Query["signature"], Store.Id, Store.UrlSigningSecretKey, now);
        return StoreAccess.Decide(Caller, Store, Reference is StoreReference.ByName, signature) switch
        {
            AccessDecision.Granted => null,
            AccessDecision.AuthenticationRequired => ApiError.TokenNotValid,
            _ => ApiError.PermissionDenied,
        };
    }
}

using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;

namespace KvsRecords.Server.Middleware;

/// <summary>The rule by which an endpoint lets callers in. A token that no user has is refused by each of them.</summary>
internal enum AccessRule
{
    /// <summary>Every caller.</summary>
    Anyone,

    /// <summary>Callers with a token.</summary>
    User,

    /// <summary>Callers whom the store's access, or a signature over its id, lets in.</summary>
    StoreReader,

    /// <summary>
    /// Callers whom the store's access lets in. No signature does: the answer has URLs that are signed anew, and a link that expires must
    /// not renew itself.
    /// </summary>
    StoreReaderWithoutSignature,

    /// <summary>Callers whom the store's access, or a signature over the record's key, lets in.</summary>
    RecordReader,

    /// <summary>Callers whom the access of the run's store lets in.</summary>
    RunReader,

    /// <summary>The owner of the store, where the storage can be written to.</summary>
    StoreWriter,
}

/// <summary>The access rule of an endpoint, as metadata.</summary>
internal sealed record AccessMetadata(AccessRule Rule)
{
    public static AccessRule? Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<AccessMetadata>()?.Rule;
}

/// <summary>
/// Gives endpoints their access rule, the rate limit of a store (those of records name another one after it), and what the documentation
/// says of the rule.
/// </summary>
internal static class AccessRules
{
    private static readonly ApiError[] OfStores =
        [ApiError.TokenNotValid, ApiError.TokenNotProvided, ApiError.PermissionDenied, ApiError.StoreNotFound];

    public static RouteHandlerBuilder ForAnyone(this RouteHandlerBuilder endpoint) =>
        endpoint.With(AccessRule.Anyone, ApiError.TokenNotValid);

    public static RouteHandlerBuilder ForUsers(this RouteHandlerBuilder endpoint) =>
        endpoint.With(AccessRule.User, ApiError.TokenNotProvided, ApiError.TokenNotValid);

    public static RouteHandlerBuilder ForReaders(this RouteHandlerBuilder endpoint) => endpoint.With(AccessRule.StoreReader, OfStores);

    public static RouteHandlerBuilder ForReadersWithoutSignature(this RouteHandlerBuilder endpoint) =>
        endpoint.With(AccessRule.StoreReaderWithoutSignature, OfStores);

    public static RouteHandlerBuilder ForReadersOfRecord(this RouteHandlerBuilder endpoint) => endpoint.With(AccessRule.RecordReader, OfStores);

    public static RouteHandlerBuilder ForReadersOfRun(this RouteHandlerBuilder endpoint) =>
        endpoint.With(AccessRule.RunReader, ApiError.TokenNotValid, ApiError.TokenNotProvided, ApiError.PermissionDenied);

    public static RouteHandlerBuilder ForWriters(this RouteHandlerBuilder endpoint) => endpoint.With(
        AccessRule.StoreWriter, [.. OfStores, ApiError.ReadOnlyFolder, ApiError.ForeignPage, ApiError.WriteByLink]);

    private static RouteHandlerBuilder With(this RouteHandlerBuilder endpoint, AccessRule rule, params ApiError[] refusals) =>
        endpoint.WithMetadata(new AccessMetadata(rule)).Refuses(refusals).RequireRateLimiting(RateLimits.PerStore);
}

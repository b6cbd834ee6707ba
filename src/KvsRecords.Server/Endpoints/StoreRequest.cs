using System.Reflection;
using KvsRecords.Access;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;
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

    /// <summary>What the URL calls the store, or the run whose store is meant.</summary>
    public required string Called { get; init; }

    /// <summary>What the URL means by it; null when it is a run that nobody has declared.</summary>
    public required StoreReference? Reference { get; init; }

    /// <summary>The run whose store is meant; null where it is not declared, and where the URL names no run.</summary>
    public required Run? Run { get; init; }

    /// <summary>The store that is meant, whether or not the caller may read it; null when there is none.</summary>
    public required Store? Store { get; init; }

    public static StoreRequest Of(HttpContext context) => context.Features.GetRequiredFeature<StoreRequest>();

    public static StoreRequest? Find(HttpContext context) => context.Features.Get<StoreRequest>();

    /// <summary>Makes it a parameter of endpoints.</summary>
    public static ValueTask<StoreRequest?> BindAsync(HttpContext context, ParameterInfo _) => new(Of(context));

    /// <summary>Why the request may not read, or null. Of several reasons, the first in the documented order.</summary>
    /// <param name="record">The key of the record that is to be read, over which a signature is made; null: the store, by its id.</param>
    /// <param name="now">The present.</param>
    public ApiError? ReadingRefusal(string? record, DateTimeOffset now)
    {
        if (Refusal() is { } refusal)
            return refusal;

        var signature = record is null
            ? UrlSignature.Verify(Query["signature"], Store!.Id, Store.UrlSigningSecretKey, now)
            : UrlSignature.VerifyRecord(Query["signature"], record, Store!.Id, Store.UrlSigningSecretKey);
        return Refusal(StoreAccess.Decide(Caller, Store, Reference is StoreReference.ByName, signature));
    }

    /// <summary>Why the request may not read what no signature opens, or null: a signature in the URL counts as not given.</summary>
    public ApiError? ReadingRefusalWithoutSignature() =>
        Refusal() ?? Refusal(StoreAccess.Decide(Caller, Store!, Reference is StoreReference.ByName, SignatureState.Absent));

    /// <summary>Why the request may not read the run, or null. It is read as its store would be by its id, without a signature.</summary>
    /// <param name="owner">The user whose run it is when its store is not there.</param>
    public ApiError? RunRefusal(User owner) => Unreadable() ?? Refusal(StoreAccess.Decide(
        Caller, Store ?? new Store { Id = Run!.Store, Location = "", Owner = owner }, byName: false, SignatureState.Absent));

    /// <summary>Why the request may not change anything, or null.</summary>
    public ApiError? WritingRefusal() => Refusal() ?? Refusal(StoreAccess.DecideWriting(Caller, Store!));

    private ApiError? Refusal()
    {
        if (Unreadable() is { } error)
            return error;
        if (Reference is StoreReference.WithoutName)
            return ApiError.InvalidInput("The name of the store is empty. It is called by its id, or by username~store-name.");

        // The caller's own store, of a caller who does not say who they are.
        if (Reference is StoreReference.ByName { Owner: null } && Caller.User is null)
            return ApiError.TokenNotProvided;
        return Store is null ? ApiError.StoreNotFound : null;
    }

    /// <summary>What is wrong before a store is looked for.</summary>
    private ApiError? Unreadable() => this switch
    {
        { Query.Problem: { } problem } => ApiError.InvalidInput(problem),
        { Caller.IsUnknown: true } => ApiError.TokenNotValid,
        { Reference: null } => ApiError.RunNotFound,
        _ => null,
    };

    private static ApiError? Refusal(AccessDecision decision) => decision switch
    {
        AccessDecision.Granted => null,
        AccessDecision.AuthenticationRequired => ApiError.TokenNotProvided,
        _ => ApiError.PermissionDenied,
    };
}

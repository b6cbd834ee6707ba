using KvsRecords.Access;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// Decides whether the caller may do what the endpoint does. Where there are several reasons to refuse, the first one in the documented
/// order counts.
/// </summary>
internal static class Authorization
{
    /// <summary>MUST stand behind the rate limiter, which counts refused requests too.</summary>
    public static void UseAccessRules(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (AccessMetadata.Of(context) is { } rule && Refusal(rule, context) is { } error)
            await new ErrorEnvelope(error).ExecuteAsync(context);
        else
            await next(context);
    });

    /// <summary>Tells whether a caller who was let in may read the store at any time: a signature that expires is not enough.</summary>
    public static bool MayReadForever(ApiRequest request)
    {
        var (signature, store) = (request.Query["signature"], request.Store!);
        return Decide(request, UrlSignature.Verify(signature, store.Id, store.UrlSigningSecretKey, DateTimeOffset.MaxValue))
            == AccessDecision.Granted;
    }

    private static AccessDecision Decide(ApiRequest request, SignatureState signature) =>
        StoreAccess.Decide(request.Caller, request.Store!, request.Reference is StoreReference.ByName, signature);

    private static ApiError? Refusal(AccessRule rule, HttpContext context)
    {
        var request = ApiRequest.Of(context);
        return Malformed(request) ?? rule switch
        {
            AccessRule.Anyone => null,
            AccessRule.User => request.Caller.User is null ? ApiError.TokenNotProvided : null,
            AccessRule.RunReader => RunRefusal(request, context.RequestServices.GetRequiredService<UserDirectory>().Users[0]),
            AccessRule.StoreWriter => StoreRefusal(request) ?? Of(StoreAccess.DecideWriting(request.Caller, request.Store!))
                ?? (context.RequestServices.GetService<IStoreWriter>() is null ? ApiError.ReadOnlyFolder : null),
            _ => StoreRefusal(request) ?? Of(Decide(request, Signature(rule, request, context))),
        };
    }

    private static ApiError? Malformed(ApiRequest request) =>
        request.Query.Problem is { } problem ? ApiError.InvalidInput(problem)
        : request.Caller.IsUnknown ? ApiError.TokenNotValid
        : null;

    private static ApiError? StoreRefusal(ApiRequest request) => request switch
    {
        { Reference: null } => ApiError.RunNotFound,
        { Reference: StoreReference.WithoutName } =>
            ApiError.InvalidInput("The name of the store is empty. It is called by its id, or by username~store-name."),

        // The URL means the caller's own store, and the caller has no token.
        { Reference: StoreReference.ByName { Owner: null }, Caller.User: null } => ApiError.TokenNotProvided,
        { Store: null } => ApiError.StoreNotFound,
        _ => null,
    };

    // A caller may read a run where they may read its store by id, without a signature. Where that store is not there, the run is the first
    // user's.
    private static ApiError? RunRefusal(ApiRequest request, User first) => request.Run is not { } run
        ? ApiError.RunNotFound
        : Of(StoreAccess.Decide(
            request.Caller, request.Store ?? new Store { Id = run.Store, Location = "", Owner = first }, byName: false, SignatureState.Absent));

    private static SignatureState Signature(AccessRule rule, ApiRequest request, HttpContext context)
    {
        var (signature, store) = (request.Query["signature"], request.Store!);
        return rule switch
        {
            AccessRule.RecordReader =>
                UrlSignature.VerifyRecord(signature, KeyInPath.Of(context).Text, store.Id, store.UrlSigningSecretKey),
            AccessRule.StoreReader => UrlSignature.Verify(
                signature, store.Id, store.UrlSigningSecretKey, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()),
            _ => SignatureState.Absent,
        };
    }

    private static ApiError? Of(AccessDecision decision) => decision switch
    {
        AccessDecision.Granted => null,
        AccessDecision.AuthenticationRequired => ApiError.TokenNotProvided,
        _ => ApiError.PermissionDenied,
    };
}

using KvsRecords.Access;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;
using KvsRecords.Server.OpenApi;
using KvsRecords.Storage;

namespace KvsRecords.Server.Endpoints;

/// <summary>The policy that all endpoints of a store share: it is found, counted, and opened only to those who may.</summary>
internal static class StorePolicy
{
    public static void UseStorePolicy(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsStore>() is not null)
            context.Features.Set(await context.RequestServices.GetRequiredService<StoreFinder>().ReadAsync(context));

        await next(context);
    });

    /// <summary>For an operation that reads: whoever the store's access, or a signature over its id, lets in.</summary>
    public static RouteHandlerBuilder ForReaders(this RouteHandlerBuilder endpoint) =>
        endpoint.WithStorePolicy(context => StoreRequest.Of(context).ReadingRefusal(null, Now(context)))
            .WithMetadata(Credentials.TokenSignatureOrNone);

    /// <summary>
    /// For an operation that reads and that no signature opens: its answer has URLs that are signed anew, and a link that expires must not
    /// renew itself.
    /// </summary>
    public static RouteHandlerBuilder ForReadersWithoutSignature(this RouteHandlerBuilder endpoint) =>
        endpoint.WithStorePolicy(context => StoreRequest.Of(context).ReadingRefusalWithoutSignature())
            .WithMetadata(Credentials.TokenOrNone);

    /// <summary>For an operation that reads one record: the signature is over its key.</summary>
    public static RouteHandlerBuilder ForReadersOfRecord(this RouteHandlerBuilder endpoint) =>
        endpoint.WithStorePolicy(context => StoreRequest.Of(context).ReadingRefusal(KeyInPath.Of(context).Text, Now(context)))
            .WithMetadata(Credentials.TokenSignatureOrNone);

    /// <summary>For an operation that reads a run that has been declared.</summary>
    public static RouteHandlerBuilder ForReadersOfRun(this RouteHandlerBuilder endpoint) =>
        endpoint.WithPolicy(context => StoreRequest.Of(context).RunRefusal(context.RequestServices.GetRequiredService<UserDirectory>().Users[0]))
            .WithMetadata(Credentials.TokenOrNone);

    /// <summary>For an operation that changes something: the owner, where the storage can be written to.</summary>
    public static RouteHandlerBuilder ForWriters(this RouteHandlerBuilder endpoint) =>
        endpoint.WithStorePolicy(context => StoreRequest.Of(context).WritingRefusal()
            ?? (context.RequestServices.GetService<IStoreWriter>() is null ? ApiError.ReadOnlyFolder : null))
            .WithMetadata(Credentials.Token)
            .Refuses(nameof(ApiError.ReadOnlyFolder), nameof(ApiError.ForeignPage), nameof(ApiError.WriteByLink));

    private static RouteHandlerBuilder WithStorePolicy(this RouteHandlerBuilder endpoint, Func<HttpContext, ApiError?> refusal) =>
        endpoint.WithPolicy(refusal).Refuses(nameof(ApiError.StoreNotFound));

    private static RouteHandlerBuilder WithPolicy(this RouteHandlerBuilder endpoint, Func<HttpContext, ApiError?> refusal) => endpoint
        .WithMetadata(new NeedsStore())
        .Refuses(nameof(ApiError.TokenNotValid), nameof(ApiError.TokenNotProvided), nameof(ApiError.PermissionDenied))
        .AddEndpointFilter(async (invocation, next) =>
            refusal(invocation.HttpContext) is { } error ? new ErrorEnvelope(error) : await next(invocation));

    private static DateTimeOffset Now(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private sealed class NeedsStore;
}

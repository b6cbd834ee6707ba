using KvsRecords.Access;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;
using KvsRecords.Storage;

namespace KvsRecords.Server.Endpoints;

/// <summary>The policy that all endpoints of a store share: it is found, counted, and opened only to those who may.</summary>
internal static class StorePolicy
{
    private const string StoreId = "storeId";

    public static void UseStorePolicy(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsStore>() is not null)
        {
            var services = context.RequestServices;
            context.Features.Set(await StoreRequest.ReadAsync(
                context.Request,
                (string)context.GetRouteValue(StoreId)!,
                services.GetRequiredService<UserDirectory>(),
                services.GetRequiredService<IStoreReader>(),
                context.RequestAborted));
        }

        await next(context);
    });

    /// <summary>The endpoints of one store.</summary>
    public static RouteGroupBuilder MapStore(this WebApplication app) => app.MapGroup($"/v2/key-value-stores/{{{StoreId}}}");

    public static RouteHandlerBuilder WithStorePolicy(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new NeedsStore())
        .RequireRateLimiting(RateLimits.PerStore)
        .AddEndpointFilter(async (invocation, next) =>
        {
            var now = invocation.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
            return StoreRequest.Of(invocation.HttpContext).Refusal(now) is { } error ? new ErrorEnvelope(error) : await next(invocation);
        });

    private sealed class NeedsStore;
}

using KvsRecords.Access;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;
using KvsRecords.Server.OpenApi;

namespace KvsRecords.Server.Endpoints;

/// <summary>The policy of endpoints that concern no store: requests are counted by user, or by address without a token.</summary>
internal static class UserPolicy
{
    public static void UseUserPolicy(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsUser>() is not null)
        {
            var query = RequestQuery.Of(context);
            var users = context.RequestServices.GetRequiredService<UserDirectory>();
            context.Features.Set(new UserRequest(query, CallerBinding.Identify(context.Request, query, users)));
        }

        await next(context);
    });

    /// <summary>For an operation that a token is needed for.</summary>
    public static RouteHandlerBuilder ForUsers(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(Credentials.Token)
        .Refuses(nameof(ApiError.TokenNotProvided))
        .WithUserPolicy(isTokenNeeded: true);

    /// <summary>For an operation that anyone may ask for. A token that no user has is still refused, as everywhere.</summary>
    public static RouteHandlerBuilder ForAnyone(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(Credentials.TokenOrNone)
        .WithUserPolicy(isTokenNeeded: false);

    private static RouteHandlerBuilder WithUserPolicy(this RouteHandlerBuilder endpoint, bool isTokenNeeded) => endpoint
        .WithMetadata(new NeedsUser())
        .Refuses(nameof(ApiError.TokenNotValid))
        .RequireRateLimiting(RateLimits.PerStore)
        .AddEndpointFilter(async (invocation, next) =>
            UserRequest.Find(invocation.HttpContext)!.Refusal(isTokenNeeded) is { } error ? new ErrorEnvelope(error) : await next(invocation));

    private sealed class NeedsUser;
}

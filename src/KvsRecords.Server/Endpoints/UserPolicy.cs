using KvsRecords.Access;
using KvsRecords.Server.Description;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;

namespace KvsRecords.Server.Endpoints;

/// <summary>The policy of endpoints that are for users: each of them is counted by itself, and nobody else is let in.</summary>
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

    public static RouteHandlerBuilder ForUsers(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new NeedsUser())
        .WithMetadata(new AccessDescription(IsForReaders: false))
        .Refuses(ApiError.TokenNotValid)
        .RequireRateLimiting(RateLimits.PerStore)
        .AddEndpointFilter(async (invocation, next) =>
        {
            var request = UserRequest.Find(invocation.HttpContext)!;
            if (request.Query.Problem is { } problem)
                return new ErrorEnvelope(ApiError.InvalidInput(problem));
            return request.Caller.User is null ? new ErrorEnvelope(ApiError.TokenNotValid) : await next(invocation);
        });

    private sealed class NeedsUser;
}

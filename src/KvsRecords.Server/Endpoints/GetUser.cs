using KvsRecords.Access;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>GET /v2/users/me</c>: the user whose token came; <c>GET /v2/users/{userId}</c>: the public part of a user, for which "no
/// authentication token" is needed (the API's documentation). The Apify CLI asks for the first at a login, and for the second as the owner
/// of a store.
/// </summary>
internal static class GetUser
{
    public static void MapGetUser(this WebApplication app)
    {
        app.MapGet("/v2/users/me", Me).ForUsers()
            .WithSummary("Says whose token this is.")
            .WithMetadata(Operation.GetUser);
        app.MapOtherMethods("/v2/users/me", HttpMethods.Get);
        app.MapGet("/v2/users/{userId}", Anyone).ForAnyone()
            .WithSummary("Says what is public of a user.")
            .Refuses(ApiError.UserNotFound)
            .WithMetadata(Operation.GetUser);
        app.MapOtherMethods("/v2/users/{userId}", HttpMethods.Get);
    }

    [ProducesResponseType<Enveloped<UserAnswer>>(StatusCodes.Status200OK, Description = "The user.")]
    private static Answer Me(ApiRequest request) =>
        Answer.Ok(new UserAnswer { Id = request.User.Id, Username = request.User.Username });

    [ProducesResponseType<Enveloped<PublicUserAnswer>>(StatusCodes.Status200OK, Description = "The user.")]
    private static IResult Anyone(string userId, ApiRequest _, UserDirectory users) => users.Find(userId) is { } user
        ? Answer.Ok(new PublicUserAnswer(user.Id, user.Username, new ProfileAnswer(user.Username)))
        : new ErrorEnvelope(ApiError.UserNotFound);
}

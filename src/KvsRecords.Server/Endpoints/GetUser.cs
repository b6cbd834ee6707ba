using KvsRecords.Access;
using KvsRecords.Server.Answers;
using KvsRecords.Server.Description;
using KvsRecords.Server.Errors;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>GET /v2/users/me</c>: whose token this is; <c>GET /v2/users/{userId}</c>: what everybody may know of a user. The Apify CLI asks the
/// one when somebody logs in, and the other for the owner of a store.
/// </summary>
internal static class GetUser
{
    public static void MapGetUser(this WebApplication app)
    {
        app.MapGet("/v2/users/me", Me).ForUsers()
            .WithSummary("Says whose token this is.")
            .Answers<UserAnswer>(StatusCodes.Status200OK, "The user, with those of the API's members that its clients look at.")
            .WithMetadata(Operation.GetUser);
        app.MapOtherMethods("/v2/users/me", HttpMethods.Get);
        app.MapGet("/v2/users/{userId}", Anybody).ForUsers()
            .WithSummary("Says what everybody may know of a user.")
            .Answers<PublicUserAnswer>(StatusCodes.Status200OK, "The user.")
            .Refuses(ApiError.UserNotFound)
            .WithMetadata(Operation.GetUser);
        app.MapOtherMethods("/v2/users/{userId}", HttpMethods.Get);
    }

    private static Answer Me(UserRequest request) => Answer.Ok(new UserAnswer(
        request.User.Id,
        request.User.Username,
        $"{request.User.Username}@localhost",
        IsPaying: false,
        DateTimeOffset.UnixEpoch,
        new ProfileAnswer(request.User.Username),
        new ProxyAnswer("", [])));

    private static IResult Anybody(string userId, UserRequest _, UserDirectory users) => users.Find(userId) is { } user
        ? Answer.Ok(new PublicUserAnswer(user.Username, new ProfileAnswer(user.Username)))
        : new ErrorEnvelope(ApiError.UserNotFound);
}

using KvsRecords.Server.Answers;

namespace KvsRecords.Server.Endpoints;

/// <summary><c>GET /v2/users/me</c>: whose token this is. The Apify CLI asks it when somebody logs in.</summary>
internal static class CurrentUser
{
    public static void MapCurrentUser(this WebApplication app)
    {
        app.MapGet("/v2/users/me", Handle).ForUsers();
        app.MapOtherMethods("/v2/users/me", HttpMethods.Get);
    }

    private static Answer Handle(UserRequest request) => Answer.Ok(new UserAnswer(
        request.User.Id,
        request.User.Username,
        $"{request.User.Username}@localhost",
        IsPaying: false,
        DateTimeOffset.UnixEpoch,
        new ProfileAnswer(request.User.Username),
        new ProxyAnswer("", [])));
}

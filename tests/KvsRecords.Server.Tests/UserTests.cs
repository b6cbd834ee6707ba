namespace KvsRecords.Server.Tests;

/// <summary><c>GET /v2/users/me</c> and <c>GET /v2/users/{userId}</c>.</summary>
public sealed class UserTests
{
    [Fact]
    public async Task Me_is_whose_token_it_is()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());

        Assert.Equal("bob", (await server.DataAsync(HttpMethod.Get, "/v2/users/me", token: "tok-bob")).GetProperty("username").GetString());
    }

    [Theory]
    [InlineData("AliceUser00000001")]
    [InlineData("alice")]
    public async Task Of_another_user_only_what_everybody_may_know_is_told(string user)
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());

        var answer = await server.DataAsync(HttpMethod.Get, $"/v2/users/{user}", token: "tok-bob");

        Assert.Equal(["username", "profile"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal("alice", answer.GetProperty("username").GetString());
    }

    [Fact]
    public async Task A_user_that_is_not_there_is_404()
    {
        await using var server = await OwnServer.StartAsync();

        using var response = await server.GetAsync("/v2/users/nobody");

        await Errors.AssertErrorAsync(response, 404, "record-not-found", "User was not found");
    }

    [Theory]
    [InlineData("me", "")]
    [InlineData("me", "nobody's")]
    [InlineData("dev", "")]
    public async Task Without_a_users_token_it_is_401(string user, string token)
    {
        await using var server = await OwnServer.StartAsync();

        using var response = await server.GetAsync($"/v2/users/{user}", token);

        await Errors.AssertErrorAsync(response, 401, "token-not-valid");
    }
}

namespace KvsRecords.Server.Tests;

/// <summary><c>GET /v2/users/me</c>.</summary>
public sealed class CurrentUserTests
{
    [Fact]
    public async Task It_is_whose_token_it_is()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());

        Assert.Equal("bob", (await server.DataAsync(HttpMethod.Get, "/v2/users/me", token: "tok-bob")).GetProperty("username").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody's")]
    public async Task Without_a_users_token_it_is_401(string token)
    {
        await using var server = await OwnServer.StartAsync();

        using var response = await server.GetAsync("/v2/users/me", token);

        await Errors.AssertErrorAsync(response, 401, "token-not-valid");
    }
}

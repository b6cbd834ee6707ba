using System.Text.Json;

namespace KvsRecords.Server.Tests;

/// <summary><c>GET /v2/users/me</c> with its limits and usage, and <c>GET /v2/users/{userId}</c>.</summary>
public sealed class UserTests(ServerFixture fixture) : ServerTests(fixture)
{
    [Fact]
    public async Task Me_is_whose_token_it_is()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());

        Assert.Equal("bob", (await server.DataAsync(HttpMethod.Get, "/v2/users/me", token: "tok-bob")).GetProperty("username").GetString());
    }

    [Fact]
    public async Task Me_has_the_members_that_the_APIs_documentation_requires()
    {
        var me = await Server.DataAsync(HttpMethod.Get, "/v2/users/me");

        Assert.Equal("KvsRecordsDevUser", me.GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Object, me.GetProperty("plan").GetProperty("availableProxyGroups").ValueKind);
        Assert.NotEqual("", me.GetProperty("proxy").GetProperty("password").GetString());
        Assert.Equal(
            [
                "ACTORS", "STORAGE", "SCHEDULER", "PROXY", "PROXY_EXTERNAL_ACCESS", "PROXY_RESIDENTIAL", "PROXY_SERPS", "WEBHOOKS",
                "ACTORS_PUBLIC_ALL", "ACTORS_PUBLIC_DEVELOPER",
            ],
            me.GetProperty("effectivePlatformFeatures").EnumerateObject().Select(feature => feature.Name));
        Assert.All(me.GetProperty("effectivePlatformFeatures").EnumerateObject(), feature => Assert.Equal(
            """{"isEnabled":true,"disabledReason":null,"disabledReasonType":null,"isTrial":false,"trialExpirationAt":null}""",
            feature.Value.GetRawText()));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("jane.doe")]
    [InlineData("..a")]
    [InlineData("a_-.")]
    public async Task The_email_is_an_address_by_its_form_whatever_the_username_is(string username)
    {
        await using var server = await OwnServer.StartAsync(
            $$"""{ "KvsRecords": { "Users": [ { "Username": "{{username}}", "Tokens": ["tok-of-one"] } ] } }""");

        var email = (await server.DataAsync(HttpMethod.Get, "/v2/users/me", token: "tok-of-one")).GetProperty("email").GetString()!;

        // Atoms with single dots between them (RFC 5322), and a domain with a dot.
        Assert.Matches(@"^[\w-]+(\.[\w-]+)*@[a-z]+(\.[a-z]+)+$", email);
    }

    [Theory]
    [InlineData("AliceUser00000001", "tok-bob")]
    [InlineData("alice", "tok-bob")]
    [InlineData("alice", "")]
    public async Task What_is_public_of_a_user_is_returned_with_a_token_and_without(string user, string token)
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());

        var answer = await server.DataAsync(HttpMethod.Get, $"/v2/users/{user}", token: token);

        Assert.Equal("""{"id":"AliceUser00000001","username":"alice","profile":{"name":"alice"}}""", answer.GetRawText());
    }

    [Fact]
    public async Task Limits_and_usage_are_those_of_the_month_that_is_meant()
    {
        await Server.DataAsync(HttpMethod.Put, "/_emulator/clock", json: """{"instant":"2028-02-29T23:59:59.999Z"}""");

        var limits = await Server.DataAsync(HttpMethod.Get, "/v2/users/me/limits");
        var usage = await Server.DataAsync(HttpMethod.Get, "/v2/users/me/usage/monthly");
        var earlier = await Server.DataAsync(HttpMethod.Get, "/v2/users/me/usage/monthly?date=2025-12-31");

        const string February = """{"startAt":"2028-02-01T00:00:00.000Z","endAt":"2028-02-29T23:59:59.999Z"}""";
        Assert.Equal(February, limits.GetProperty("monthlyUsageCycle").GetRawText());
        Assert.Equal(12, limits.GetProperty("limits").EnumerateObject().Count());
        Assert.All(limits.GetProperty("current").EnumerateObject(), used => Assert.Equal(0, used.Value.GetDouble()));
        Assert.Equal(February, usage.GetProperty("usageCycle").GetRawText());
        Assert.Equal("{}", usage.GetProperty("monthlyServiceUsage").GetRawText());
        Assert.Equal("[]", usage.GetProperty("dailyServiceUsages").GetRawText());
        Assert.Equal("""{"startAt":"2025-12-01T00:00:00.000Z","endAt":"2025-12-31T23:59:59.999Z"}""", earlier.GetProperty("usageCycle").GetRawText());
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public async Task The_first_and_the_last_month_that_there_are_can_be_asked_for(string date)
    {
        var usage = await Server.DataAsync(HttpMethod.Get, $"/v2/users/me/usage/monthly?date={date}");

        Assert.StartsWith(date[..8], usage.GetProperty("usageCycle").GetProperty("startAt").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-02-30")]
    [InlineData("2025-2-3")]
    [InlineData("today")]
    [InlineData("2025-02-03T00:00:00Z")]
    public async Task A_date_that_is_none_is_400_and_named(string date)
    {
        using var response = await Server.GetAsync($"/v2/users/me/usage/monthly?date={date}");

        Assert.Contains("\"date\"", await Errors.AssertErrorAsync(response, 400, "invalid-input"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limits_cannot_be_changed()
    {
        using var response = await Server.SendAsync(HttpMethod.Put, "/v2/users/me/limits", OwnServer.Json("""{"dataRetentionDays":7}"""));

        await Errors.AssertErrorAsync(response, 403, "permission-denied");
    }

    [Fact]
    public async Task A_user_that_is_not_there_is_404()
    {
        using var response = await Server.GetAsync("/v2/users/nobody");

        await Errors.AssertErrorAsync(response, 404, "record-not-found", "User was not found");
    }

    [Theory]
    [InlineData("me", "")]
    [InlineData("me", "nobody's")]
    [InlineData("dev", "nobody's")]
    [InlineData("me/limits", "")]
    [InlineData("me/usage/monthly", "")]
    [InlineData("me/usage/monthly", "nobody's")]
    public async Task Where_a_token_is_needed_or_no_user_has_it_it_is_401(string user, string token)
    {
        using var response = await Server.GetAsync($"/v2/users/{user}", token);

        await Errors.AssertErrorAsync(response, 401, "token-not-valid");
    }
}

using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>Who may use what steers the emulator: every program that reaches it, without a token, and no page of another site.</summary>
public sealed class EmulatorRoutesTests(ServerFixture fixture) : ServerTests(fixture)
{
    public static TheoryData<string, string> Routes => new()
    {
        { "POST", "reset" }, { "GET", "requests" }, { "DELETE", "requests" }, { "GET", "stores" }, { "GET", "stores/x/sizes-by-prefix" }, { "GET", "stores/x/sizes-by-type" },
        { "PUT", "stores/x/sharing" }, { "GET", "clock" }, { "PUT", "clock" },
        { "DELETE", "clock" }, { "GET", "health" }, { "PUT", "runs/run1" }, { "GET", "runs/run1" }, { "DELETE", "runs/run1" },
        { "PUT", "faults" }, { "GET", "faults" }, { "DELETE", "faults" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_page_of_another_site_may_neither_see_nor_change_anything(string method, string route)
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.AllowedOrigins, "*"));
        var store = await server.CreateAsync();

        foreach (var path in new[] { $"/_emulator/{route}", $"/_EMULATOR/{route}", $"/%5Femulator/{route}" })
        {
            foreach (var (header, value) in new[]
            {
                ("Origin", "https://evil.example"), ("Origin", "http://localhost:3000"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site"),
                ("Sec-Fetch-Site", "same-site"),
            })
            {
                using var response = await server.SendAsync(
                    new HttpMethod(method), path, OwnServer.Json("""{"offsetSecs":1000000}"""), token: "", headers: (header, value));
                var message = await Errors.AssertErrorAsync(response, 403, "permission-denied");
                Assert.Contains("/_emulator", message, StringComparison.Ordinal);
                Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
            }
        }

        await AssertNothingHasChangedAsync(server, store);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_host_name_that_others_could_point_here_is_refused(string method, string route)
    {
        var store = await Server.CreateAsync();

        using var response = await Server.SendAsync(
            new HttpMethod(method), $"/_emulator/{route}", OwnServer.Json("""{"offsetSecs":1000000}"""), headers: ("Host", "rebound.example"));

        await Errors.AssertErrorAsync(response, 403, "permission-denied");
        await AssertNothingHasChangedAsync(Server, store);
    }

    [Fact]
    public async Task A_page_of_this_server_itself_may()
    {
        using var response = await Server.SendAsync(
            HttpMethod.Get, "/_emulator/requests", token: "", headers: [("Origin", Server.Address.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin")]);

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("reset", "POST")]
    [InlineData("requests", "GET, DELETE")]
    [InlineData("stores", "GET")]
    [InlineData("clock", "GET, PUT, DELETE")]
    public async Task Another_method_is_405_also_where_the_query_names_one(string route, string methods)
    {
        var store = await Server.CreateAsync();

        using var other = await Server.SendAsync(HttpMethod.Patch, $"/_emulator/{route}?method={methods.Split(", ")[0]}", token: "");
        using var options = await Server.SendAsync(HttpMethod.Options, $"/_emulator/{route}", token: "");

        await Errors.AssertErrorAsync(other, 405, "method-not-allowed");
        Assert.Equal(methods + ", OPTIONS", string.Join(", ", other.Content.Headers.Allow));
        Assert.Equal(methods + ", OPTIONS", string.Join(", ", options.Content.Headers.Allow));
        await AssertNothingHasChangedAsync(Server, store);
    }

    [Fact]
    public async Task No_limit_of_the_services_counts_them()
    {
        await using var server = await OwnServer.StartAsync(rateLimit: "1");

        for (var i = 0; i < 20; i++)
        {
            using var response = await server.GetAsync("/_emulator/stores", token: "");
            Assert.Equal(200, (int)response.StatusCode);
        }
    }

    private static async Task AssertNothingHasChangedAsync(OwnServer server, string store)
    {
        Assert.Equal(0, (await server.DataAsync(HttpMethod.Get, "/_emulator/clock")).GetProperty("offsetSecs").GetDouble());
        var created = await server.DataAsync(HttpMethod.Get, "/_emulator/requests?operation=createStore");
        Assert.Equal(1, created.GetProperty("count").GetInt32());
        Assert.Equal(store.Split('/')[^1], (await server.DataAsync(HttpMethod.Get, store)).GetProperty("id").GetString());
    }
}

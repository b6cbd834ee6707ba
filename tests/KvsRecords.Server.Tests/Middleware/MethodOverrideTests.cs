namespace KvsRecords.Server.Tests;

/// <summary><c>?method=</c>, and who may use it.</summary>
public sealed class MethodOverrideTests(ServerFixture fixture) : ServerTests(fixture)
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_request_may_say_which_method_it_stands_for()
    {
        var store = await Server.CreateAsync();

        using var put = await Server.SendAsync(HttpMethod.Post, $"{store}/records/a?method=PUT", OwnServer.Body("x"u8.ToArray(), "text/plain"));
        using var get = await Server.SendAsync(HttpMethod.Post, $"{store}/records/a?method=get");
        using var delete = await Server.GetAsync($"{store}/records/a?method=DELETE");
        using var gone = await Server.GetAsync($"{store}/records/a");

        Assert.Equal(201, (int)put.StatusCode);
        Assert.Equal("x", await get.Content.ReadAsStringAsync(Running));
        Assert.Equal(204, (int)delete.StatusCode);
        Assert.Equal(404, (int)gone.StatusCode);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("x")]
    public async Task Another_word_is_400(string method)
    {
        using var response = await Server.GetAsync($"/v2/key-value-stores?method={method}");

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
    }

    /// <summary>What a page or a link can make a browser send by itself, and the writes that it could stand for.</summary>
    public static TheoryData<string, string> SentByLinks => new()
    {
        { "GET", "DELETE" }, { "GET", "delete" }, { "GET", "PUT" }, { "GET", "POST" }, { "HEAD", "DELETE" }, { "HEAD", "PUT" },
    };

    [Theory]
    [MemberData(nameof(SentByLinks))]
    public async Task A_link_that_stands_for_a_write_is_401_without_the_token_in_the_header(string method, string meant)
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "x");
        var token = $"&token={RunningServer.DevelopmentToken}";

        foreach (var path in (string[])[$"{store}/records/a", store, "/v2/key-value-stores/dev~my-store/records/a", $"{store}/records/new", "/v2/key-value-stores"])
        {
            foreach (var headers in (string[][])[[], ["Sec-Fetch-Site: none"], ["Authorization: Basic ZGV2OmFwaWZ5X2FwaV9kZXY="], ["Authorization: Bearer"], ["Authorization:"]])
            {
                var answer = await RawHttp.AskAsync(Server.Address, $"{method} {path}?method={meant}{token}&name=new HTTP/1.1", headers);
                Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
                Assert.Contains(method == "HEAD" ? "WWW-Authenticate: Bearer" : "in the header Authorization", answer, StringComparison.Ordinal);
            }
        }

        using var record = await Server.GetAsync($"{store}/records/a");
        Assert.Equal("x", await record.Content.ReadAsStringAsync(Running));
        Assert.Equal(1, (await Server.DataAsync(HttpMethod.Get, "/v2/key-value-stores?unnamed=1")).GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("GET", "GET", 200)]
    [InlineData("POST", "GET", 200)]
    [InlineData("POST", "DELETE", 204)]
    [InlineData("PUT", "DELETE", 204)]
    public async Task What_no_link_sends_and_what_changes_nothing_may_have_its_token_in_the_URL(string method, string meant, int status)
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "x");

        using var response = await Server.SendAsync(
            new HttpMethod(method), $"{store}/records/a?method={meant}&token={RunningServer.DevelopmentToken}", token: "");

        Assert.Equal(status, (int)response.StatusCode);
    }

    // A browser asks so by itself, before what a page may not do; and from an allowed page it would be done.
    [Fact]
    public async Task An_OPTIONS_stands_for_itself()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "x");

        using var preflight = await Server.SendAsync(
            HttpMethod.Options, $"{store}/records/a?method=DELETE&token={RunningServer.DevelopmentToken}", token: "",
            headers: [("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "authorization")]);
        using var record = await Server.GetAsync($"{store}/records/a");

        Assert.Equal("http://localhost:3000", preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("x", await record.Content.ReadAsStringAsync(Running));
    }
}

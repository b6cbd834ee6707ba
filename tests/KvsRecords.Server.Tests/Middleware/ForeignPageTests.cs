using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>What pages of other sites may do: read where their origin is allowed, and never write by themselves.</summary>
public sealed class ForeignPageTests(ServerFixture fixture) : ServerTests(fixture)
{
    [Theory]
    [InlineData("GET", "?method=DELETE", "Sec-Fetch-Site", "cross-site")]
    [InlineData("GET", "?method=PUT", "Sec-Fetch-Site", "same-site")]
    [InlineData("POST", "", "Origin", "https://evil.example")]
    [InlineData("PUT", "", "Origin", "null")]
    [InlineData("DELETE", "", "Origin", "http://127.0.0.1.evil.example")]
    public async Task A_write_by_a_page_of_another_site_is_403_and_changes_nothing(string method, string query, string header, string value)
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "x");

        using var response = await Server.SendAsync(
            new HttpMethod(method), $"{store}/records/a{query}", OwnServer.Body("evil"u8.ToArray(), "text/plain"), headers: (header, value));

        await Errors.AssertErrorAsync(response, 403, "permission-denied");
        using var record = await Server.GetAsync($"{store}/records/a");
        Assert.Equal("x", await record.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", null)]
    [InlineData("Sec-Fetch-Site", "none", null)]
    [InlineData("Origin", "http://localhost:3000", null)]
    [InlineData("Origin", "https://app.example.com", "https://app.example.com")]
    [InlineData("Origin", "https://app.example.com", "*")]
    public async Task A_write_by_a_page_that_may_is_done(string header, string value, string? allowed)
    {
        await using var server = await OwnServer.StartAsync(flags: allowed is null ? [] : [(Setting.AllowedOrigins, allowed)]);
        var store = await server.CreateAsync();

        using var response = await server.SendAsync(
            HttpMethod.Put, $"{store}/records/a", OwnServer.Body("x"u8.ToArray(), "text/plain"), headers: (header, value));

        Assert.Equal(201, (int)response.StatusCode);
    }

    [Fact]
    public async Task The_page_of_this_server_itself_may_write()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.AllowedOrigins, "https://app.example.com"));
        var store = await server.CreateAsync();

        using var response = await server.SendAsync(
            HttpMethod.Delete, $"{store}/records/a", headers: ("Origin", server.Address.GetLeftPart(UriPartial.Authority)));

        Assert.Equal(204, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_preflight_lets_allowed_pages_write()
    {
        using var response = await Server.SendAsync(
            HttpMethod.Options, "/v2/key-value-stores/dev~x/records/a", token: "",
            headers: [("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "authorization")]);

        Assert.Equal("http://localhost:3000", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("PUT", response.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);
    }

    /// <summary>What a page runs, shows within itself, or takes its looks from.</summary>
    public static TheoryData<string> Embedding =>
    [
        "script", "style", "object", "embed", "iframe", "frame", "fencedframe", "worker", "sharedworker", "serviceworker", "audioworklet", "paintworklet",
        "track", "font", "manifest", "xslt", "report", "json", "webidentity", "webbundle", "speculationrules", "dictionary", "something-new",
    ];

    [Theory]
    [MemberData(nameof(Embedding))]
    public async Task Nothing_is_embedded_in_a_page_of_another_site(string destination)
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "var secret = 1", "text/javascript");

        foreach (var path in (string[])[$"{store}/records/a", $"{store}/records/missing", $"{store}/records", $"{store}/keys", "/openapi/v1.json", "/nowhere"])
        {
            foreach (var origin in (string?[])[null, "https://evil.example", "null"])
            {
                using var response = await Server.SendAsync(HttpMethod.Get, path, headers: Fetch("cross-site", destination, origin));
                var message = await Errors.AssertErrorAsync(response, 403, "permission-denied");
                Assert.Contains($"\"{destination}\"", message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("cross-site", "document")]
    [InlineData("cross-site", "image")]
    [InlineData("cross-site", "audio")]
    [InlineData("cross-site", "video")]
    [InlineData("cross-site", "empty")]
    [InlineData("same-site", "iframe")]
    [InlineData("same-site", "script")]
    [InlineData("same-origin", "script")]
    [InlineData("none", "document")]
    public async Task A_tab_of_its_own_and_pictures_are_not_refused(string site, string destination)
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "x");

        using var response = await Server.SendAsync(HttpMethod.Get, $"{store}/records/a", headers: Fetch(site, destination, null));

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(null, "http://127.0.0.1:3000", null, 200)]
    [InlineData(null, null, "http://127.0.0.1:3000/page?x=1", 200)]
    [InlineData(null, null, "https://evil.example/", 403)]
    [InlineData(null, null, "https://evil.example/http://127.0.0.1:3000", 403)]
    [InlineData(null, null, "http://127.0.0.1:3000@evil.example/", 403)]
    [InlineData(null, null, "nonsense", 403)]
    [InlineData(null, "https://evil.example", "http://127.0.0.1:3000/", 403)]
    [InlineData("https://app.example.com", null, "https://app.example.com/a/b", 200)]
    [InlineData("https://app.example.com", null, "http://app.example.com/", 403)]
    [InlineData("https://app.example.com", null, "https://app.example.com.evil.example/", 403)]
    [InlineData("https://app.example.com", null, "http://127.0.0.1:3000/", 403)]
    [InlineData("*", null, null, 200)]
    public async Task A_page_that_may_call_may_embed(string? allowed, string? origin, string? referer, int status)
    {
        await using var server = await OwnServer.StartAsync(flags: allowed is null ? [] : [(Setting.AllowedOrigins, allowed)]);
        var store = await server.CreateAsync();
        await server.PutAsync(store, "a", "x");
        (string, string)[] headers = referer is null ? Fetch("cross-site", "iframe", origin) : [.. Fetch("cross-site", "iframe", origin), ("Referer", referer)];

        using var response = await server.SendAsync(HttpMethod.Get, $"{store}/records/a", headers: headers);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(null, "same-site")]
    [InlineData("https://app.example.com", "same-site")]
    [InlineData("*", "cross-origin")]
    [InlineData("https://app.example.com,*", "cross-origin")]
    public async Task Every_answer_says_which_pages_may_show_it(string? allowed, string policy)
    {
        await using var server = await OwnServer.StartAsync(flags: allowed is null ? [] : [(Setting.AllowedOrigins, allowed)]);
        var store = await server.CreateAsync();
        await server.PutAsync(store, "a", "x", "image/png");

        foreach (var (method, path) in ((string, string)[])
        [
            ("GET", $"{store}/records/a"), ("HEAD", $"{store}/records/a"), ("GET", $"{store}/records/missing"), ("GET", $"{store}/records"), ("GET", $"{store}/keys"),
            ("GET", store), ("OPTIONS", store), ("PATCH", store), ("GET", "/openapi/v1.json"), ("GET", "/_emulator/health"), ("GET", "/_emulator/requests"), ("GET", "/nowhere"),
        ])
        {
            using var response = await server.SendAsync(new HttpMethod(method), path);
            Assert.Equal(policy, response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
        }
    }

    private static (string, string)[] Fetch(string site, string destination, string? origin) =>
    [
        ("Sec-Fetch-Site", site), ("Sec-Fetch-Dest", destination), ("Sec-Fetch-Mode", "no-cors"),
        .. origin is null ? Array.Empty<(string, string)>() : [("Origin", origin)],
    ];
}

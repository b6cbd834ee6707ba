using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>What pages of other sites may do: read where their origin is allowed, and never write by themselves.</summary>
public sealed class ForeignPageTests
{
    [Theory]
    [InlineData("GET", "?method=DELETE", "Sec-Fetch-Site", "cross-site")]
    [InlineData("GET", "?method=PUT", "Sec-Fetch-Site", "same-site")]
    [InlineData("POST", "", "Origin", "https://evil.example")]
    [InlineData("PUT", "", "Origin", "null")]
    [InlineData("DELETE", "", "Origin", "http://127.0.0.1.evil.example")]
    public async Task A_write_by_a_page_of_another_site_is_403_and_changes_nothing(string method, string query, string header, string value)
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();
        await server.PutAsync(store, "a", "x");

        using var response = await server.SendAsync(
            new HttpMethod(method), $"{store}/records/a{query}", OwnServer.Body("evil"u8.ToArray(), "text/plain"), headers: (header, value));

        await Errors.AssertErrorAsync(response, 403, "permission-denied");
        using var record = await server.GetAsync($"{store}/records/a");
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

    [Theory]
    [InlineData("https://app.example.com")]
    [InlineData("http://localhost:3000")]
    public async Task Nothing_of_the_emulators_own_is_changed_by_a_page_of_another_site(string origin)
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.AllowedOrigins, "*"));

        using var response = await server.SendAsync(HttpMethod.Put, "/_emulator/runs/run1", headers: ("Origin", origin));

        await Errors.AssertErrorAsync(response, 403, "permission-denied");
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_preflight_lets_allowed_pages_write()
    {
        await using var server = await OwnServer.StartAsync();

        using var response = await server.SendAsync(
            HttpMethod.Options, "/v2/key-value-stores/dev~x/records/a", token: "",
            headers: [("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "authorization")]);

        Assert.Equal("http://localhost:3000", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("PUT", response.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);
    }
}

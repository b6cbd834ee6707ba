using System.Text.Json;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>The calls that the page makes: a test that watches the server sees none of them.</summary>
public sealed class PageCallTests(ServerFixture fixture) : ServerTests(fixture)
{
    private (string, string) Mark => ("Referer", $"{Server.Address}_page/");

    [Fact]
    public async Task They_are_not_among_the_requests_that_came()
    {
        var store = await Server.CreateAsync();
        using var cleared = await Server.SendAsync(HttpMethod.Delete, "/_emulator/requests", token: "");

        using var page = await Server.GetAsync("/_page/", token: "");
        using var keys = await Server.SendAsync(HttpMethod.Get, $"{store}/keys", headers: Mark);
        using var written = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Json("1"), headers: Mark);

        Assert.Equal([200, 200, 201], [(int)page.StatusCode, (int)keys.StatusCode, (int)written.StatusCode]);
        Assert.Equal(0, (await Server.DataAsync(HttpMethod.Get, "/_emulator/requests")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task They_are_in_no_count_of_the_store()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "x");
        var before = await Server.DataAsync(HttpMethod.Get, store);

        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/keys"), (HttpMethod.Get, "/records/a"), (HttpMethod.Get, "/records"), (HttpMethod.Put, "/records/a"),
            (HttpMethod.Put, "/records/b"), (HttpMethod.Delete, "/records/b"),
        })
        {
            using var content = method == HttpMethod.Put ? OwnServer.Json("1") : null;
            using var response = await Server.SendAsync(method, store + path, content, headers: Mark);
            Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {response.StatusCode}");
        }

        var after = await Server.DataAsync(HttpMethod.Get, store);
        Assert.Equal(Counts(before), Counts(after));
        Assert.Equal(before.GetProperty("accessedAt").GetString(), after.GetProperty("accessedAt").GetString());
        Assert.Equal(1, after.GetProperty("stats").GetProperty("storageBytes").GetInt64());

        static string Counts(JsonElement store) => string.Join(
            ", ", new[] { "readCount", "writeCount", "deleteCount", "listCount" }.Select(name => store.GetProperty("stats").GetProperty(name)));
    }

    [Fact]
    public async Task They_meet_no_fault()
    {
        await Server.DataAsync(HttpMethod.Put, "/_emulator/faults", json: """[{"status":503}]""");

        using var ofPage = await Server.SendAsync(HttpMethod.Get, "/v2/key-value-stores", headers: Mark);
        using var other = await Server.SendAsync(HttpMethod.Get, "/v2/key-value-stores");

        Assert.Equal([200, 503], [(int)ofPage.StatusCode, (int)other.StatusCode]);
        Assert.Equal(1, (await Server.DataAsync(HttpMethod.Get, "/_emulator/faults"))[0].GetProperty("matched").GetInt32());
    }

    [Fact]
    public async Task They_take_nothing_of_the_rate_of_a_store_and_have_one_of_their_own()
    {
        await using var server = await OwnServer.StartAsync(rateLimit: "1");
        var mark = ("Referer", $"{server.Address}_page/");
        var statuses = new List<int>();
        for (var i = 0; i < PageCalls.MaxPerSecond * 4 && !statuses.Contains(429); i++)
        {
            using var response = await server.SendAsync(HttpMethod.Get, "/v2/key-value-stores", headers: mark);
            statuses.Add((int)response.StatusCode);
        }

        using var other = await server.SendAsync(HttpMethod.Get, "/v2/key-value-stores");

        Assert.Equal(200, (int)other.StatusCode);
        Assert.Equal(Enumerable.Repeat(200, PageCalls.MaxPerSecond), statuses.Take(PageCalls.MaxPerSecond));
    }

    [Theory]
    [InlineData("https://evil.example/_page/", null)]
    [InlineData("http://127.0.0.1:1/_page/", null)]
    [InlineData("{server}_page", null)]
    [InlineData("{server}_page/x", null)]
    [InlineData("{server}v2/key-value-stores", null)]
    [InlineData("/_page/", null)]
    [InlineData("no address", null)]
    [InlineData("{server}_page/", "same-site")]
    [InlineData("{server}_page/", "cross-site")]
    public async Task A_request_of_another_page_is_none_of_them(string referer, string? site)
    {
        using var cleared = await Server.SendAsync(HttpMethod.Delete, "/_emulator/requests", token: "");
        var headers = new List<(string, string)> { ("Referer", referer.Replace("{server}", $"{Server.Address}", StringComparison.Ordinal)) };
        if (site is not null)
            headers.Add(("Sec-Fetch-Site", site));

        using var response = await Server.SendAsync(HttpMethod.Get, "/v2/key-value-stores", headers: [.. headers]);

        Assert.Equal(1, (await Server.DataAsync(HttpMethod.Get, "/_emulator/requests")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task The_mark_gives_no_right()
    {
        var store = await Server.CreateAsync();

        using var anonymous = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Json("1"), token: "", headers: Mark);
        using var unknown = await Server.SendAsync(HttpMethod.Get, $"{store}/keys", token: "wrong-token", headers: Mark);

        Assert.Equal([401, 401], [(int)anonymous.StatusCode, (int)unknown.StatusCode]);
    }

    [Fact]
    public async Task Without_the_page_there_are_none()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.BrowserPage, "off"));

        using var response = await server.SendAsync(HttpMethod.Get, "/v2/key-value-stores", headers: ("Referer", $"{server.Address}_page/"));

        Assert.Equal(1, (await server.DataAsync(HttpMethod.Get, "/_emulator/requests")).GetProperty("count").GetInt32());
    }
}

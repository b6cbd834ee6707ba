using System.Net;
using System.Text.RegularExpressions;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary><c>GET /_page/</c>: the page in the browser, as a part of the program.</summary>
public sealed partial class PageTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Page = "/_page/";

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_files_are_kept_for_ever_under_the_hash_of_their_content_and_its_start_is_asked_for_again()
    {
        using var start = await Server.GetAsync(Page, token: "");
        var html = await start.Content.ReadAsStringAsync(Running);
        var names = Linked().Matches(html).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Equal("text/html; charset=utf-8", start.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache, private", start.Headers.CacheControl?.ToString());
        Assert.Contains(names, name => name.EndsWith("/app.js", StringComparison.Ordinal));
        foreach (var name in names)
        {
            using var file = await Server.GetAsync(Page + name, token: "");
            Assert.Equal(200, (int)file.StatusCode);
            Assert.True(file.Headers.CacheControl!.Public);
            Assert.Equal(TimeSpan.FromDays(365), file.Headers.CacheControl.MaxAge);
            Assert.Equal(name.EndsWith(".css", StringComparison.Ordinal) ? "text/css" : "text/javascript", file.Content.Headers.ContentType?.MediaType);
        }

        using var again = await Server.SendAsync(HttpMethod.Get, Page, headers: ("If-None-Match", start.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("/_page/000000000000/app.js")]
    [InlineData("/_page/app.js")]
    [InlineData("/_page/index.html")]
    [InlineData("/_page/x/../app.js")]
    public async Task Anything_else_is_not_there(string path)
    {
        using var response = await Server.GetAsync(path, token: "");

        Assert.Contains((int)response.StatusCode, new[] { 400, 404 });
        Assert.NotEqual("text/javascript", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Every_answer_of_it_has_a_policy_that_lets_nothing_run_from_elsewhere()
    {
        using var response = await Server.GetAsync(Page, token: "");

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
    }

    [Theory]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", 302)]
    [InlineData("*/*", 404)]
    [InlineData("application/json", 404)]
    [InlineData(null, 404)]
    public async Task The_address_alone_leads_browsers_to_it(string? accept, int status)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);

        using var response = await client.SendAsync(request, Running);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 302 ? "/_page/" : null, response.Headers.Location?.ToString());
        Assert.Equal(["Accept"], response.Headers.Vary);
    }

    [Fact]
    public async Task The_token_of_the_development_user_is_in_it_and_no_other_is()
    {
        await using var shop = await OwnServer.StartAsync(Configurations.Shop());
        using var own = await Server.GetAsync(Page, token: "");
        using var others = await shop.GetAsync(Page, token: "");

        Assert.Contains($"content=\"{RunningServer.DevelopmentToken}\"", await own.Content.ReadAsStringAsync(Running), StringComparison.Ordinal);
        Assert.Contains("name=\"development-token\" content=\"\"", await others.Content.ReadAsStringAsync(Running), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.BrowserPage, "off"));

        using var page = await server.GetAsync(Page, token: "");
        using var start = await server.SendAsync(HttpMethod.Get, "/", token: "", headers: ("Accept", "text/html"));

        await Errors.AssertErrorAsync(page, 404, "page-not-found");
        await Errors.AssertErrorAsync(start, 404, "page-not-found");
    }

    [Fact]
    public async Task Another_method_is_answered_as_anywhere_else()
    {
        using var response = await Server.SendAsync(HttpMethod.Post, Page, token: "");

        await Errors.AssertErrorAsync(response, 404, "page-not-found");
    }

    [GeneratedRegex("(?:href|src)=\"([0-9a-f]{12}/[a-z]+\\.(?:js|css))\"")]
    private static partial Regex Linked();
}

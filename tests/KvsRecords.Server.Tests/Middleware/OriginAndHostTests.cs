using KvsRecords.Server.Middleware;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>Which web pages may call, and under which host names the server answers.</summary>
public sealed class OriginAndHostTests(FolderFixture fixture) : FolderTests(fixture)
{
    private const string Url = "/v2/key-value-stores/dev~my-store/records";

    [Fact]
    public async Task A_plain_OPTIONS_is_204_and_says_what_is_allowed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, Url);
        using var response = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal(["GET", "HEAD", "OPTIONS"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData(null, "http://localhost:3000", true)]
    [InlineData(null, "https://127.0.0.1", true)]
    [InlineData(null, "http://[::1]:8080", true)]
    [InlineData(null, "http://app.localhost", true)]
    [InlineData(null, "https://evil.example", false)]
    [InlineData(null, "http://localhost.evil.example", false)]
    [InlineData(null, "null", false)]
    [InlineData("https://app.example.com", "https://app.example.com", true)]
    [InlineData("https://app.example.com", "http://localhost:3000", false)]
    [InlineData("*", "https://anywhere.example", true)]
    public async Task Only_pages_of_allowed_origins_may_read_the_answer(string? allowed, string origin, bool mayRead)
    {
        using var folder = StorageFolder.WithNastyStore();
        (Setting, string)[] flags = allowed is null ? [] : [(Setting.AllowedOrigins, allowed)];
        await using var server = await RunningServer.StartAsync(folder, flags: flags);

        foreach (var url in new[] { Url, "/v2/key-value-stores/nope/records" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add("Origin", origin);
            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(mayRead ? [origin] : [], Values(response, "Access-Control-Allow-Origin"));
        }

        using var preflight = new HttpRequestMessage(HttpMethod.Options, Url);
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "GET");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization");
        using var permission = await server.Client.SendAsync(preflight, TestContext.Current.CancellationToken);
        Assert.Equal(204, (int)permission.StatusCode);
        Assert.Equal(mayRead ? [origin] : [], Values(permission, "Access-Control-Allow-Origin"));
        Assert.Equal(mayRead ? ["authorization"] : [], Values(permission, "Access-Control-Allow-Headers"));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("kvs.localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("192.168.1.7", true)]
    [InlineData("[::1]", true)]
    [InlineData("[fe80::1]", true)]
    [InlineData("kvs-records", true)]
    [InlineData("host.docker.internal", true)]
    [InlineData("public.example.com", true)]
    [InlineData("listed.example.org", true)]
    [InlineData("any.below.example.net", true)]
    [InlineData("", true)]
    [InlineData("example.net", false)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("notlisted.example.org", false)]
    [InlineData("example.org", false)]
    public void Host_names_that_others_could_point_here_are_refused(string host, bool allowed)
    {
        using var folder = StorageFolder.WithNastyStore();
        var options = RunningServer.ReadOptions(folder, null, "off",
            (Setting.PublicUrl, "https://public.example.com:8443"), (Setting.AllowedHosts, "listed.example.org, *.example.net"));

        Assert.Equal(allowed, ForeignPages.IsAllowedHost(host, options));
    }

    [Fact]
    public async Task A_refused_host_is_403_and_names_the_flag()
    {
        foreach (var url in new[] { Url, "/_emulator/health", "/nowhere" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Host = "rebound.example:8011";
            using var response = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var message = await Errors.AssertErrorAsync(response, 403, "permission-denied");
            Assert.Contains("--allowed-hosts rebound.example", message, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Values(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values : [];
}

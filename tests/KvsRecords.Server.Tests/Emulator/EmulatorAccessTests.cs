using System.Net;
using KvsRecords.Emulator;
using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace KvsRecords.Server.Tests;

/// <summary>Who may steer the server: by the mode, by where a request comes from, and by the token.</summary>
public sealed class EmulatorAccessTests
{
    private const string Token = "steer-with-this,9";
    private const string Elsewhere = "172.17.0.1";

    private static readonly (string Method, string Path)[] Steering =
    [
        ("POST", "reset"), ("GET", "requests"), ("DELETE", "requests"), ("GET", "stores"), ("GET", "clock"), ("PUT", "clock"), ("DELETE", "clock"),
        ("GET", "faults"), ("PUT", "faults"), ("DELETE", "faults"), ("PUT", "runs/run1"), ("GET", "runs/run1"), ("DELETE", "runs/run1"),
        ("OPTIONS", "clock"), ("PATCH", "clock"), ("GET", "stores/x/sizes-by-prefix"), ("GET", "stores/x/sizes-by-type"), ("PUT", "stores/x/sharing"),
    ];

    public static TheoryData<string> HeadersOfProxies => [.. (string[])
    [
        "Forwarded", "X-Forwarded-For", "x-forwarded-host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Real-IP", "Via", "X-Original-For", "X-Original-URL",
        "X-Client-IP", "X-Cluster-Client-IP", "CF-Connecting-IP", "True-Client-IP", "Fastly-Client-IP", "Client-IP", "X-Envoy-External-Address",
        "X-Amzn-Trace-Id", "X-ProxyUser-Ip", "X-Remote-Addr", "WL-Proxy-Client-IP", "CDN-Loop",
        "X_Forwarded_For", "X-MS-Forwarded-Client-Cert", "X-Vercel-Forwarded-For", "Fly-Client-IP", "DO-Connecting-IP", "X-Nginx-Proxy", "Proxy-Connection",
        "Ali-CDN-Real-IP", "Akamai-Origin-Hop", "X-Varnish", "X-Host", "X-Scheme",
    ]];

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.1", "localhost")]
    [InlineData("127.0.0.1", "LOCALHOST.")]
    [InlineData("127.0.0.1", "kvs.localhost")]
    [InlineData("::1", "[::1]")]
    [InlineData("127.8.9.10", "127.0.0.2")]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1")]
    [InlineData("::ffff:127.0.0.2", "[::ffff:127.0.0.1]")]
    public async Task A_caller_on_this_machine_needs_no_token(string peer, string host)
    {
        await using var server = await StartAsync(peer, (Setting.Emulator, "loopback"));

        foreach (var (method, path) in Steering)
        {
            var status = await AskAsync(server, method, path, [("Host", host)]);
            Assert.True(status is not (401 or 403 or 404) || path is "runs/run1" || path.StartsWith("stores/x/", StringComparison.Ordinal), $"{method} {path}: {status}");
        }
    }

    [Theory]
    [InlineData(Elsewhere, "127.0.0.1")]
    [InlineData("::ffff:172.17.0.1", "localhost")]
    [InlineData("fd00::1", "[::1]")]
    [InlineData("fe80::1", "localhost")]
    [InlineData("0.0.0.0", "localhost")]
    [InlineData("", "localhost")]
    [InlineData("127.0.0.1", "kvs-records")]
    [InlineData("127.0.0.1", "192.0.2.7")]
    [InlineData("127.0.0.1", "0.0.0.0")]
    [InlineData("127.0.0.1", "[fd00::1]")]
    [InlineData("127.0.0.1", "host.docker.internal")]
    [InlineData("127.0.0.1", "localhost.example.com")]
    [InlineData("127.0.0.1", "notlocalhost")]
    public async Task A_caller_from_elsewhere_or_under_another_name_needs_the_token(string peer, string host)
    {
        await using var server = await StartAsync(peer, (Setting.Emulator, "loopback"), (Setting.EmulatorToken, Token), (Setting.AllowedHosts, "*"));

        foreach (var (method, path) in Steering)
        {
            Assert.Equal(401, await AskAsync(server, method, path, [("Host", host)]));
            Assert.NotInRange(await AskAsync(server, method, path, [("Host", host), ("Authorization", $"Bearer {Token}")]), 401, 403);
        }

        Assert.Equal(200, await AskAsync(server, "GET", "health", [("Host", host)]));
        Assert.Equal(200, await AskAsync(server, "GET", "HEALTH/", [("Host", host)]));
    }

    [Theory]
    [MemberData(nameof(HeadersOfProxies))]
    public async Task What_a_proxy_passes_on_needs_the_token(string header)
    {
        await using var server = await StartAsync("127.0.0.1", (Setting.Emulator, "loopback"), (Setting.EmulatorToken, Token));

        Assert.Equal(401, await AskAsync(server, "POST", "reset", [(header, "127.0.0.1")]));
        Assert.Equal(204, await AskAsync(server, "POST", "reset", [(header, "127.0.0.1"), ("Authorization", $"Bearer {Token}")]));
        Assert.Equal(200, await AskAsync(server, "GET", "health", [(header, "127.0.0.1")]));
    }

    [Theory]
    [InlineData("Bearer apify_api_dev")]
    [InlineData("Bearer steer-with-this,8")]
    [InlineData("Bearer steer-with-this,9 9")]
    [InlineData("Bearer STEER-WITH-THIS,9")]
    [InlineData("Bearer steer-with-this")]
    [InlineData("Bearer")]
    [InlineData("Basic steer-with-this,9")]
    [InlineData(Token)]
    public async Task Another_token_is_401_with_a_sentence_that_names_the_flag(string authorization)
    {
        await using var server = await StartAsync(Elsewhere, (Setting.Emulator, "loopback"), (Setting.EmulatorToken, Token));

        using var response = await server.SendAsync(
            HttpMethod.Get, $"/_emulator/clock?token={Token}", token: "", headers: [("Authorization", authorization)]);

        var message = await Errors.AssertErrorAsync(response, 401, "token-not-valid");
        Assert.Contains("--emulator-token", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_in_the_settings_a_caller_from_elsewhere_is_403_with_the_flag_that_would_let_it_in()
    {
        await using var server = await StartAsync(Elsewhere, (Setting.Emulator, "loopback"));

        using var response = await server.SendAsync(HttpMethod.Post, "/_emulator/reset", token: "", headers: [("Authorization", "Bearer ")]);

        Assert.Contains("--emulator-token", await Errors.AssertErrorAsync(response, 403, "permission-denied"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_is_404_for_everything_but_the_health_and_nothing_is_done()
    {
        await using var server = await StartAsync("127.0.0.1", (Setting.Emulator, "off"));
        var store = await server.CreateAsync();

        foreach (var (method, path) in Steering)
            Assert.Equal(404, await AskAsync(server, method, path, [("Authorization", $"Bearer {Token}")]));
        using var reset = await server.SendAsync(HttpMethod.Post, "/%5FEMULATOR/reset");

        Assert.Contains("--emulator off", await Errors.AssertErrorAsync(reset, 404, "page-not-found"), StringComparison.Ordinal);
        Assert.Equal(200, await AskAsync(server, "GET", "health", []));
        Assert.Equal(store.Split('/')[^1], (await server.DataAsync(HttpMethod.Get, store)).GetProperty("id").GetString());
    }

    [Fact]
    public async Task On_is_for_every_caller()
    {
        await using var server = await StartAsync(Elsewhere, (Setting.Emulator, "on"));

        Assert.Equal(204, await AskAsync(server, "POST", "reset", [("X-Forwarded-For", "203.0.113.1")]));
    }

    [Fact]
    public async Task The_token_of_the_emulator_opens_no_store()
    {
        await using var server = await StartAsync("127.0.0.1", (Setting.EmulatorToken, Token), (Setting.Emulator, "loopback"));
        var store = await server.CreateAsync();

        using var response = await server.GetAsync($"{store}/keys", Token);

        await Errors.AssertErrorAsync(response, 401, "token-not-valid");
    }

    [Fact]
    public async Task The_token_of_the_emulator_is_hidden_where_it_stands_by_mistake()
    {
        await using var server = await StartAsync("127.0.0.1", (Setting.EmulatorToken, Token), (Setting.Emulator, "loopback"));
        Captured.Secret(Token);
        var written = Uri.EscapeDataString(Token);

        var answer = await RawHttp.AskAsync(server.Address, $"GET /v2/key-value-stores/{written}/records/{written}?prefix={written} HTTP/1.1");
        var requests = await server.DataAsync(HttpMethod.Get, "/_emulator/requests");

        Assert.DoesNotContain(Token, answer, StringComparison.Ordinal);
        Assert.Contains("***", requests.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, Uri.UnescapeDataString(requests.GetRawText()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", EmulatorMode.On)]
    [InlineData("127.0.0.3", EmulatorMode.On)]
    [InlineData("localhost", EmulatorMode.On)]
    [InlineData("::1", EmulatorMode.On)]
    [InlineData("*", EmulatorMode.Loopback)]
    [InlineData("0.0.0.0", EmulatorMode.Loopback)]
    [InlineData("::", EmulatorMode.Loopback)]
    [InlineData("192.0.2.7", EmulatorMode.Loopback)]
    internal void By_default_the_addresses_that_are_listened_on_decide(string host, EmulatorMode mode)
    {
        using var folder = new StorageFolder();

        Assert.Equal(mode, RunningServer.ReadOptions(folder, flags: (Setting.Host, host)).Emulator);
    }

    [Theory]
    [InlineData("s3cr3t", "it is too short")]
    [InlineData("with a space", "it has other characters")]
    [InlineData("kůňkůňkůň", "it has other characters")]
    [InlineData("apify_api_dev", "a user has the same token")]
    public async Task A_token_that_cannot_be_meant_is_refused_and_not_repeated(string token, string why)
    {
        var (exitCode, _, error) = await ServerProcess.RunAsync(["--ephemeral", "--port", "0", "--emulator-token", token]);

        Assert.Equal(2, exitCode);
        Assert.Contains($"--emulator-token: {why}; allowed:", error, StringComparison.Ordinal);
        Assert.DoesNotContain(token, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", "", "on, for every caller")]
    [InlineData("127.0.0.1", "off", "off")]
    [InlineData("127.0.0.1", "loopback", "for callers on this machine, and for those with the token of --emulator-token")]
    public async Task The_start_says_which_it_is_and_never_the_token(string host, string mode, string said)
    {
        var environment = new Dictionary<string, string> { ["KVSRECORDS_EMULATOR"] = mode, ["KVSRECORDS_EMULATOR_TOKEN"] = mode == "loopback" ? Token : "" };
        await using var server = await ServerProcess.StartAsync(["--ephemeral", "--port", "0", "--host", host], environment);

        await Eventually.HoldsAsync(() => server.Output.Count, count => count > 3);

        Assert.Equal($"Emulator (/_emulator): {said}", server.Output[3]);
        Assert.All(server.Output, line => Assert.DoesNotContain(Token, line, StringComparison.Ordinal));
        Assert.DoesNotContain(Token, server.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Elsewhere, "on", "", "open")]
    [InlineData(Elsewhere, "off", "", "off")]
    [InlineData("127.0.0.1", "loopback", "", "open")]
    [InlineData(Elsewhere, "loopback", "wrong-token", "token")]
    [InlineData(Elsewhere, "loopback", Token, "open")]
    public async Task The_health_says_whether_the_caller_may(string peer, string mode, string token, string said)
    {
        (Setting, string)[] flags = mode == "loopback" ? [(Setting.Emulator, mode), (Setting.EmulatorToken, Token)] : [(Setting.Emulator, mode)];
        await using var server = await StartAsync(peer, flags);

        Assert.Equal(said, (await server.DataAsync(HttpMethod.Get, "/_emulator/health", token: token)).GetProperty("emulator").GetString());
    }

    [Fact]
    public async Task The_health_says_that_it_is_closed_to_a_caller_from_elsewhere_where_there_is_no_token()
    {
        await using var server = await StartAsync(Elsewhere, (Setting.Emulator, "loopback"));

        var health = await server.DataAsync(HttpMethod.Get, "/_emulator/health", token: "");

        Assert.Equal("""{"status":"Healthy","warnings":[],"isReadOnly":false,"emulator":"closed"}""", health.GetRawText());
    }

    // The peer's address is the only thing that a test on this machine has to say of itself.
    private static Task<OwnServer> StartAsync(string peer, params (Setting, string)[] flags) => OwnServer.StartAsync(
        change: builder => builder.Services.AddSingleton<IStartupFilter>(new Peer(peer.Length == 0 ? null : IPAddress.Parse(peer))), flags: flags);

    private static async Task<int> AskAsync(OwnServer server, string method, string path, (string, string)[] headers)
    {
        using var response = await server.SendAsync(
            new HttpMethod(method), $"/_emulator/{path}", method == "PUT" ? OwnServer.Json("[]") : null, token: "", headers: headers);
        return (int)response.StatusCode;
    }

    private sealed class Peer(IPAddress? address) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                context.Connection.RemoteIpAddress = address;
                return following(context);
            });
            next(app);
        };
    }
}

using System.Text.Json;
using KvsRecords.Access;

namespace KvsRecords.Server.Tests;

/// <summary>A secret in the wrong place of a request is said nowhere; and what is no secret is said as it came.</summary>
public sealed class MisplacedSecretTests
{
    private const string Shop = "/v2/key-value-stores/" + Configurations.StoreId;

    // Its body in base64url is that of a real one: version, expiry and signature.
    private static readonly string Envelope = UrlSignature.CreateStorageContent("a key that this server does not know", "x", DateTimeOffset.UnixEpoch);

    private static readonly string[] Places =
    [
        "/v2/key-value-stores/{0}/records", "/v2/key-value-stores/~{0}/records", "/v2/key-value-stores/alice~{0}/keys", $"{Shop}/records/{{0}}",
        $"{Shop}/{{0}}/records", "/{0}", "/v2/{0}/", "/nowhere/a,{0};b", $"{Shop}/records&token={{0}}", $"{Shop}/records%26signature%3D{{0}}", "/v2/users/{0}",
        "/v2/actor-runs/{0}/key-value-store/keys", $"{Shop}/records?prefix={{0}}", $"{Shop}/records?collection={{0}}", $"{Shop}/records?{{0}}", $"{Shop}/records?{{0}}=%zz",
        $"{Shop}/records?{{0}}=%0A", $"{Shop}/keys?limit={{0}}", "/_emulator/requests?{0}=1", "/_emulator/{0}", $"{Shop}?method={{0}}",
    ];

    public static TheoryData<string> Secrets => ["tok-alice", "tok,with comma", Configurations.SigningKey, "apify_api_0aB1cD2eF3gH4iJ5kL6mN7", Envelope];

    [Theory]
    [MemberData(nameof(Secrets))]
    public async Task A_secret_is_in_no_log_line_no_error_and_no_list_of_requests(string secret)
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());
        Captured.Secret(secret);

        foreach (var place in Places)
        {
            foreach (var written in new[] { Uri.EscapeDataString(secret), Encoded(secret), Uri.EscapeDataString(Encoded(secret)) })
            {
                var answer = await RawHttp.AskAsync(server.Address, $"GET {place.Replace("{0}", written, StringComparison.Ordinal)} HTTP/1.1", "Authorization: Bearer tok-alice-2");
                Assert.DoesNotContain(written, answer, StringComparison.OrdinalIgnoreCase);
                AssertHidden(secret, answer);
            }
        }

        using var response = await server.GetAsync("/_emulator/requests", token: "");
        AssertHidden(secret, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_wrong_as_a_token_or_a_signature_is_none_the_less_hidden_where_it_stands_once_more()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());

        await RawHttp.AskAsync(server.Address, "GET /v2/key-value-stores/wrong-one/records/harmless?signature=wrong-three&prefix=wrong-three HTTP/1.1", "Authorization: Bearer wrong-one");
        await RawHttp.AskAsync(server.Address, "GET /wrong-two?token=wrong-two HTTP/1.1", "Authorization: wrong-four");
        await RawHttp.AskAsync(server.Address, "wrong-four /wrong-four HTTP/1.1", "Authorization: Basic wrong-four");

        Assert.Equal(
            [("GET", "/v2/key-value-stores/***/records/harmless", "signature=***&prefix=***"), ("GET", "/***", "token=***"), ("***", "/***", "")],
            (await ItemsAsync(server)).Select(item => (Text(item, "method"), Text(item, "path"), Text(item, "query"))));
    }

    [Theory]
    [InlineData("c2hv/cmU+dG9r==")]
    [InlineData("100%41%2Fx")]
    [InlineData("token/of=parts&more")]
    public async Task A_token_may_have_what_separates_and_what_looks_encoded(string token)
    {
        await using var server = await OwnServer.StartAsync(
            Configurations.Shop().Replace("\"tok-bob\"", $"\"tok-bob\", \"{token}\"", StringComparison.Ordinal));
        Captured.Secret(token);
        var written = Uri.EscapeDataString(token);

        foreach (var path in new[] { $"/v2/key-value-stores/{written}/records", $"/v2/key-value-stores/alice~{written}/keys", $"{Shop}/keys?prefix={written}&token={written}" })
            AssertHidden(token, await RawHttp.AskAsync(server.Address, $"GET {path} HTTP/1.1"));

        Assert.Equal(
            [("/v2/key-value-stores/***/records", ""), ("/v2/key-value-stores/alice~***/keys", ""), ($"{Shop}/keys", "prefix=***&token=***")],
            (await ItemsAsync(server)).Select(item => (Text(item, "path"), Text(item, "query"))));
    }

    [Fact]
    public async Task The_signing_key_of_a_store_is_hidden_in_what_is_asked_of_it()
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();
        var key = (await server.DataAsync(HttpMethod.Get, store)).GetProperty("urlSigningSecretKey").GetString()!;

        (await server.GetAsync($"{store}/records/{key}?prefix={key}")).Dispose();
        using var response = await server.GetAsync($"{store}/records?collection={key}");

        await Errors.AssertErrorAsync(
            response, 400, "invalid-input", "Invalid input: There is no collection \"***\": the store has no schema, which would define its collections.");
        var item = (await ItemsAsync(server))[^2];
        Assert.Equal(($"{store}/records/***", "prefix=***", "***"), (Text(item, "path"), Text(item, "query"), Text(item, "key")));
    }

    [Theory]
    [InlineData("/v2/key-value-stores/alice~my-store/records/a", "a")]
    [InlineData("/v2/key-value-stores/alice~my-store/records/keys-of-stores.json", "keys-of-stores.json")]
    [InlineData("/v2/key-value-stores/alice~my-store/records/to-alice", "to-alice")]
    [InlineData("/v2/key-value-stores/alice~my-store/records/100%25%20%C5%99", "100% ř")]
    [InlineData("/v2/key-value-stores/alice~my-store/records/token", "token")]
    [InlineData("/v2/key-value-stores/alice~my-store/records/MC4w", "MC4w")]
    public async Task What_only_has_the_letters_of_a_secret_is_logged_as_it_came(string path, string key)
    {
        await using var server = await OwnServer.StartAsync(
            Configurations.Shop().Replace("\"tok-bob\"", "\"tok-bob\", \"s\", \"key\", \"record\"", StringComparison.Ordinal));

        (await server.GetAsync(path, token: "tok-alice")).Dispose();

        var item = Assert.Single(await ItemsAsync(server));
        Assert.Equal((path, key, "alice~my-store"), (Text(item, "path"), Text(item, "key"), Text(item, "store")));
    }

    private static void AssertHidden(string secret, string text) =>
        Assert.Empty(new Leaks([secret]).In(text.Split('\n')));

    private static string Encoded(string text) => string.Concat(text.Select(c => $"%{(int)c:x2}"));

    private static async Task<List<JsonElement>> ItemsAsync(OwnServer server) =>
        [.. (await server.DataAsync(HttpMethod.Get, "/_emulator/requests", token: "")).GetProperty("items").EnumerateArray()];

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();
}

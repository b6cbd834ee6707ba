using KvsRecords.Access;

namespace KvsRecords.Server.Tests;

/// <summary>What a signature opens, and that no answer to a caller who came by one signs what lives longer.</summary>
public sealed class SignatureTests
{
    private const string Store = "/v2/key-value-stores/" + Configurations.StoreId;
    private const string Run = "/v2/actor-runs/run1";

    // Each way to the store, and whether the URL is that of a run.
    private static readonly string[] Ways =
    [
        Store, "/v2/key-value-stores/alice~my-store", $"{Run}/key-value-store", "/v2/actors/jane~actor/runs/last/key-value-store",
        "/v2/acts/jane~actor/runs/last/key-value-store", "/v2/actor-tasks/task1/runs/last/key-value-store",
    ];

    private static string ForAnHour => Envelope(DateTimeOffset.UtcNow.AddHours(1));

    private static string ForEver => Envelope(null);

    private static string Bare => UrlSignature.CreateHmac(Configurations.SigningKey, Configurations.StoreId);

    [Fact]
    public async Task It_opens_keys_and_records_and_never_the_store_or_a_run()
    {
        await using var server = await StartAsync();
        var ofRecord = UrlSignature.CreateHmac(Configurations.SigningKey, "it's_a");
        foreach (var signature in new[] { ForAnHour, ForEver, Bare, ofRecord })
        {
            var ofStore = signature != ofRecord;
            foreach (var way in Ways)
            {
                Assert.Equal(ofStore ? 200 : 403, await StatusAsync(server, $"{way}/keys?signature={signature}"));
                Assert.Equal(ofStore ? 200 : 403, await StatusAsync(server, $"{way}/records?signature={signature}"));
                Assert.Equal(ofStore ? 200 : 403, await StatusAsync(server, $"{way}/records?signature={signature}", HttpMethod.Head));
                Assert.Equal(ofStore ? 403 : 200, await StatusAsync(server, $"{way}/records/it's_a?signature={signature}"));

                using var anonymous = await server.GetAsync($"{way}?signature={signature}", token: "");
                await Errors.AssertErrorAsync(anonymous, 401, "token-not-valid");
                using var other = await server.GetAsync($"{way}?signature={signature}", token: "tok-carol");
                await Errors.AssertErrorAsync(other, 403, "permission-denied");
                Assert.Equal(401, await StatusAsync(server, $"{way}?signature={signature}&method=PUT", HttpMethod.Post));
            }

            foreach (var run in new[] { Run, "/v2/actors/jane~actor/runs/last", "/v2/actor-tasks/task1/runs/last" })
                Assert.Equal(401, await StatusAsync(server, $"{run}?signature={signature}"));
            Assert.Equal(401, await StatusAsync(server, $"/v2/key-value-stores?signature={signature}"));
        }
    }

    [Fact]
    public async Task The_keys_to_a_caller_whose_signature_expires_have_no_signature_that_does_not()
    {
        await using var server = await StartAsync();
        foreach (var way in Ways)
        {
            Assert.EndsWith("/records/it's_a", await RecordUrlAsync(server, $"{way}/keys?signature={ForAnHour}"), StringComparison.Ordinal);
            Assert.EndsWith("/records/it's_a", await RecordUrlAsync(server, $"{way}/keys?signature={ForAnHour}", "tok-carol"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_keys_to_others_have_record_URLs_that_open()
    {
        await using var server = await StartAsync();
        foreach (var way in Ways)
        {
            foreach (var (query, token) in new[]
            {
                ($"?signature={ForEver}", ""), ($"?signature={Bare}", ""), ("", "tok-alice"), ("", "tok-bob"),

                // The token grants access, whatever the signature is worth.
                ($"?signature={ForAnHour}", "tok-alice"), ("?signature=wrong", "tok-bob"),
            })
            {
                var url = await RecordUrlAsync(server, $"{way}/keys{query}", token);
                Assert.Equal("x", await server.Client.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken));
            }
        }
    }

    /// <summary>Whatever can be asked for with a signature of an hour: what is signed in its answers is bad when the hour is over.</summary>
    [Fact]
    public async Task Nothing_in_an_answer_to_a_signature_outlives_it()
    {
        await using var server = await StartAsync();
        foreach (var path in Ways.SelectMany(way => new[] { way, $"{way}/keys", $"{way}/records", $"{way}/records/it's_a" }))
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Options, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete })
            {
                using var response = await server.SendAsync(method, $"{path}?signature={ForAnHour}", token: "");
                var said = $"{response.Headers} {response.Content.Headers} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
                Assert.DoesNotContain("signature=", said, StringComparison.Ordinal);
            }
        }
    }

    private static async Task<OwnServer> StartAsync()
    {
        var server = await OwnServer.StartAsync(Configurations.Shop());
        using var put = await server.SendAsync(HttpMethod.Put, $"{Store}/records/it's_a", OwnServer.Body("x"u8.ToArray(), "text/plain"), "tok-alice");
        Assert.Equal(201, (int)put.StatusCode);
        await server.DataAsync(
            HttpMethod.Put, "/_emulator/runs/run1", 201,
            $$"""{"defaultKeyValueStoreId":"{{Configurations.StoreId}}","actorId":"jane/actor","actorTaskId":"task1"}""", token: "");
        return server;
    }

    private static string Envelope(DateTimeOffset? expiresAt) =>
        UrlSignature.CreateStorageContent(Configurations.SigningKey, Configurations.StoreId, expiresAt);

    private static async Task<int> StatusAsync(OwnServer server, string url, HttpMethod? method = null)
    {
        using var response = await server.SendAsync(method ?? HttpMethod.Get, url, token: "");
        return (int)response.StatusCode;
    }

    private static async Task<string> RecordUrlAsync(OwnServer server, string url, string token = "") => Uri.UnescapeDataString(
        (await server.DataAsync(HttpMethod.Get, url, token: token)).GetProperty("items")[0].GetProperty("recordPublicUrl").GetString()!);
}

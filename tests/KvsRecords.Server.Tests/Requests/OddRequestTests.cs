using System.Runtime.InteropServices;

namespace KvsRecords.Server.Tests;

/// <summary>Requests that no official client sends, and others will.</summary>
public sealed class OddRequestTests(ServerFixture fixture) : ServerTests(fixture)
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DELETE", "/records/%2e%2e")]
    [InlineData("DELETE", "/records/%2E.")]
    [InlineData("DELETE", "/records/..")]
    [InlineData("DELETE", "/records/x/%2e%2e/%2e%2e")]
    [InlineData("GET", "/records/.")]
    public async Task A_segment_that_is_dots_is_400_and_nothing_is_done_to_the_store(string method, string path)
    {
        var store = await Server.CreateAsync();

        var answer = await RawHttp.AskAsync(
            Server.Address, $"{method} {store}{path} HTTP/1.1", $"Authorization: Bearer {RunningServer.DevelopmentToken}");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Equal("my-store", (await Server.DataAsync(HttpMethod.Get, store)).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("DELETE", "/records\\..")]
    [InlineData("DELETE", "/records\\x\\..\\..")]
    [InlineData("DELETE", "/records/%2e%2e\\")]
    [InlineData("DELETE", "/records\\.%2E")]
    [InlineData("DELETE", "/records/..")]
    [InlineData("DELETE", "/records/x/..#/records/y")]
    [InlineData("GET", "/records/a#/records/b")]
    [InlineData("GET", "/records/a\\b")]
    [InlineData("GET", "/records/a%00b")]
    public async Task A_whole_URL_that_the_web_server_would_read_as_another_is_400_and_nothing_is_done_to_the_store(string method, string path)
    {
        var store = await Server.CreateAsync();

        var answer = await RawHttp.AskAsync(
            Server.Address, $"{method} http://{Server.Address.Authority}{store}{path} HTTP/1.1", $"Authorization: Bearer {RunningServer.DevelopmentToken}");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("invalid-input", answer, StringComparison.Ordinal);
        Assert.Equal("my-store", (await Server.DataAsync(HttpMethod.Get, store)).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("text/plain; charset=\u00FC")]
    [InlineData("text/plain\\nX: y")]
    public async Task A_content_type_of_a_folder_that_no_header_takes_is_bytes(string contentType)
    {
        using var folder = new StorageFolder();
        folder.Add("s", "a", "x"u8);
        folder.Add("s", "a.__metadata__.json", System.Text.Encoding.UTF8.GetBytes($$"""{"key":"a","contentType":"{{contentType}}","size":1}"""));
        await using var server = await RunningServer.StartAsync(folder);

        using var response = await server.GetAsync("/v2/key-value-stores/dev~s/records/a");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"title":"\ud800"}""")]
    public async Task JSON_that_is_no_Unicode_is_400(string json)
    {
        var store = await Server.CreateAsync();

        foreach (var path in (string[])[store, "/_emulator/runs/run1"])
        {
            using var response = await Server.SendAsync(HttpMethod.Put, path, OwnServer.Json(json));
            await Errors.AssertErrorAsync(response, 400, "invalid-input");
        }
    }

    [Theory]
    [InlineData("{\"\u00C1\u00F0\":1}")]
    [InlineData("{\"title\":\"\u00FF\"}")]
    [InlineData("[{\"key\":\"\u00ED\u00A0\u0080\"}]")]
    public async Task JSON_of_bytes_that_are_no_UTF_8_is_400(string latin1)
    {
        var store = await Server.CreateAsync();

        foreach (var path in (string[])[store, "/_emulator/runs/run1", "/_emulator/faults", "/_emulator/clock"])
        {
            using var response = await Server.SendAsync(
                HttpMethod.Put, path, OwnServer.Body(System.Text.Encoding.Latin1.GetBytes(latin1), "application/json"));
            await Errors.AssertErrorAsync(response, 400, "invalid-input");
        }
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task An_empty_body_that_says_it_is_encoded_is_400(string encoding)
    {
        var store = await Server.CreateAsync();

        using var response = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body([], "text/plain", encoding));

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_that_says_no_host_gets_URLs_that_work()
    {
        var store = await Server.CreateAsync();

        var answer = System.Text.Encoding.UTF8.GetString(await RawHttp.AskAsync(
            Server.Address,
            System.Text.Encoding.Latin1.GetBytes($"GET {store} HTTP/1.0\r\nAuthorization: Bearer {RunningServer.DevelopmentToken}\r\n\r\n")));

        Assert.Contains($"\"recordsPublicUrl\":\"{Server.Address.GetLeftPart(UriPartial.Authority)}{store}/records", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_that_takes_for_ever_is_400_and_the_server_goes_on()
    {
        await using var server = await ServerProcess.StartAsync(["--ephemeral", "--port", "0"]);
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", RunningServer.DevelopmentToken);
        (await client.PostAsync("/v2/key-value-stores?name=s", OwnServer.Json("""
            {"schema":{"actorKeyValueStoreSchemaVersion":1,"title":"t","collections":
              {"a":{"key":"a","contentTypes":["application/json"],"jsonSchema":{"pattern":"^(a+)+$"}}}}}
            """), Running)).Dispose();

        using var response = await client.PutAsync("/v2/key-value-stores/~s/records/a", OwnServer.Json($"\"{new string('a', 40)}!\""), Running);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("takes too long", await response.Content.ReadAsStringAsync(Running), StringComparison.Ordinal);
        server.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await server.ExitAsync());
    }
}

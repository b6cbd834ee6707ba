using System.Text.Json;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary><c>--public-url</c> with a path: the address of a proxy that serves this server below a prefix.</summary>
public sealed class PublicUrlTests
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://example.com/tools/kvs", "https://example.com/tools/kvs")]
    [InlineData("https://example.com/tools/kvs/", "https://example.com/tools/kvs")]
    [InlineData("http://example.com:8080/a%20b", "http://example.com:8080/a%20b")]
    [InlineData("http://EXAMPLE.com", "http://example.com")]
    [InlineData("http://[::1]:80/x", "http://[::1]/x")]
    public async Task Every_URL_that_is_given_out_begins_with_it(string publicUrl, string beginning)
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.PublicUrl, publicUrl));
        using var made = await server.SendAsync(HttpMethod.Post, "/v2/key-value-stores?name=shop");
        using var put = await server.SendAsync(HttpMethod.Put, "/v2/key-value-stores/~shop/records/it's_a", OwnServer.Body([1], "image/png"));
        var store = await server.DataAsync(HttpMethod.Get, "/v2/key-value-stores/~shop");
        var listed = (await server.DataAsync(HttpMethod.Get, "/v2/key-value-stores")).GetProperty("items")[0];
        var updated = await server.DataAsync(HttpMethod.Put, "/v2/key-value-stores/~shop", json: "{}");
        var key = (await server.DataAsync(HttpMethod.Get, "/v2/key-value-stores/~shop/keys")).GetProperty("items")[0];
        var overview = (await server.DataAsync(HttpMethod.Get, "/_emulator/stores")).GetProperty("items")[0];

        var ofStore = $"{beginning}/v2/key-value-stores/{store.GetProperty("id").GetString()}";
        Assert.Equal(ofStore, made.Headers.NonValidated["Location"].ToString());
        Assert.Equal($"{ofStore}/records/it%27s_a", put.Headers.NonValidated["Location"].ToString());
        foreach (var one in new[] { store, listed, updated })
        {
            Assert.StartsWith($"{ofStore}/keys?signature=", one.GetProperty("keysPublicUrl").GetString(), StringComparison.Ordinal);
            Assert.StartsWith($"{ofStore}/records?signature=", one.GetProperty("recordsPublicUrl").GetString(), StringComparison.Ordinal);
        }

        Assert.StartsWith($"{ofStore}/records/it%27s_a?signature=", key.GetProperty("recordPublicUrl").GetString(), StringComparison.Ordinal);
        Assert.Equal(ofStore, overview.GetProperty("url").GetString());
    }

    [Theory]
    [InlineData("a?b=c&d#e")]
    [InlineData("x\"><y")]
    public async Task An_id_that_a_folder_gives_its_store_ends_no_path(string id)
    {
        using var folder = new StorageFolder();
        folder.Add("s", "a", "x"u8);
        folder.Add("s", "__metadata__.json", JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["id"] = id, ["name"] = "s" }));
        await using var server = await RunningServer.StartAsync(folder);

        using var answer = await server.GetAsync("/v2/key-value-stores/dev~s");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Running));
        var url = new Uri(json.RootElement.GetProperty("data").GetProperty("recordsPublicUrl").GetString()!);

        Assert.Equal($"/v2/key-value-stores/{Uri.EscapeDataString(id)}/records", url.AbsolutePath);
        using var archive = await server.GetAsync(url.PathAndQuery);
        Assert.Equal(200, (int)archive.StatusCode);
    }

    [Theory]
    [InlineData("https://example.com/tools/kvs/", "https://example.com/tools/kvs")]
    [InlineData("https://example.com", "https://example.com")]
    public async Task The_OpenAPI_document_names_it_as_the_server(string publicUrl, string url)
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.PublicUrl, publicUrl));
        using var original = await JsonDocument.ParseAsync(GetApiDocument.Open(), cancellationToken: Running);

        using var document = JsonDocument.Parse(await server.Client.GetStringAsync(GetApiDocument.Path, Running));

        Assert.Equal(url, document.RootElement.GetProperty("servers")[0].GetProperty("url").GetString());
        foreach (var member in original.RootElement.EnumerateObject().Where(member => member.Name != "servers"))
            Assert.True(JsonElement.DeepEquals(member.Value, document.RootElement.GetProperty(member.Name)), member.Name);
    }

    [Fact]
    public async Task The_lines_at_the_start_have_it_in_variables_and_commands()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await ServerProcess.StartAsync(
            ["--storage", folder.Path, "--port", "0", "--public-url", "https://example.com/tools/kvs/"]);

        var lines = await Eventually.HoldsAsync(() => server.Output.ToList(), lines => lines.Any(line => line.StartsWith("curl", StringComparison.Ordinal)));

        const string Url = "'https://example.com/tools/kvs'";
        Assert.StartsWith($"export APIFY_API_BASE_URL={Url} APIFY_API_PUBLIC_BASE_URL={Url} APIFY_CLIENT_BASE_URL={Url} ", lines[2], StringComparison.Ordinal);
        Assert.All(lines.Skip(3).Where(line => line.StartsWith("curl", StringComparison.Ordinal)), line => Assert.Contains("'https://example.com/tools/kvs/v2/key-value-stores/", line, StringComparison.Ordinal));
    }
}

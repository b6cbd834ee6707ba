namespace KvsRecords.Server.Tests;

/// <summary>A live folder is read by every operation that reads, and written by none.</summary>
public sealed class ReadOnlyFolderTests(FolderFixture fixture) : FolderTests(fixture)
{
    private const string Store = "/v2/key-value-stores/dev~my-store";

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PUT", Store)]
    [InlineData("DELETE", Store)]
    [InlineData("PUT", Store + "/records/a")]
    [InlineData("POST", Store + "/records/a")]
    [InlineData("DELETE", Store + "/records/post")]
    [InlineData("POST", "/v2/key-value-stores?name=new")]
    [InlineData("POST", "/v2/key-value-stores")]
    [InlineData("PUT", "/_emulator/runs/run1")]
    public async Task A_write_is_403_and_the_message_names_the_way_out(string method, string path)
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder);

        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new("Bearer", RunningServer.DevelopmentToken);
        using var response = await server.Client.SendAsync(request, Running);

        var message = await Errors.AssertErrorAsync(response, 403, "permission-denied");
        Assert.Contains("--data", message, StringComparison.Ordinal);
        Assert.Contains("--seed", message, StringComparison.Ordinal);
        Assert.Equal(7, Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Count());
    }

    [Theory]
    [InlineData("post", "application/json; charset=utf-8", 8500)]
    [InlineData("image-1", "image/png", 6)]
    [InlineData("odd!-_.'()key", "application/octet-stream", 3)]
    [InlineData("p%C5%99%C3%ADli%C5%A1%20%C5%BElu%C5%A5ou%C4%8Dk%C3%BD%20%F0%9F%90%8E", "application/json; charset=utf-8", 14)]
    [InlineData("empty", "text/plain; charset=utf-8", 0)]
    public async Task A_record_is_read_with_its_content_type(string key, string contentType, int length)
    {
        using var response = await Server.GetAsync($"{Store}/records/{key}");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(length, (await response.Content.ReadAsByteArrayAsync(Running)).Length);
        Assert.NotNull(response.Headers.ETag);
    }

    [Fact]
    public async Task Stores_and_keys_are_listed_and_an_existing_store_is_got()
    {
        using var stores = await Server.GetAsync("/v2/key-value-stores");
        using var keys = await Server.GetAsync($"{Store}/keys?prefix=image-&limit=1");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/key-value-stores?name=MY-STORE");
        request.Headers.Authorization = new("Bearer", RunningServer.DevelopmentToken);
        using var got = await Server.Client.SendAsync(request, Running);

        Assert.Contains("\"total\":2", await stores.Content.ReadAsStringAsync(Running), StringComparison.Ordinal);
        Assert.Contains("\"nextExclusiveStartKey\":\"image-1\"", await keys.Content.ReadAsStringAsync(Running), StringComparison.Ordinal);
        Assert.Equal(200, (int)got.StatusCode);
    }
}

namespace KvsRecords.Server.Tests;

/// <summary><c>GET /_emulator/stores/{storeId}/sizes-by-prefix</c> and <c>…/sizes-by-type</c>.</summary>
public sealed class StoreSizesTests(ServerFixture fixture) : ServerTests(fixture)
{
    private static string Sizes(string store, string by) => $"/_emulator/stores/{store.Split('/')[^1]}/sizes-by-{by}";

    [Fact]
    public async Task Records_are_summed_up_by_the_next_part_of_their_keys()
    {
        var store = await Server.CreateAsync();
        foreach (var (key, value) in new[] { ("image-b-1", "12345"), ("image-b-2", "1"), ("image-a", "12"), ("imagery", "1234"), ("INPUT", "") })
            await Server.PutAsync(store, key, value);

        var all = await Server.DataAsync(HttpMethod.Get, Sizes(store, "prefix"));
        var below = await Server.DataAsync(HttpMethod.Get, $"{Sizes(store, "prefix")}?prefix=image-");
        var none = await Server.DataAsync(HttpMethod.Get, $"{Sizes(store, "prefix")}?prefix=z");

        Assert.Equal(
            """{"records":5,"storageBytes":12,"items":[{"name":"image-","isKey":false,"records":3,"storageBytes":8},{"name":"imagery","isKey":true,"records":1,"storageBytes":4},{"name":"INPUT","isKey":true,"records":1,"storageBytes":0}]}""",
            all.GetRawText());
        Assert.Equal(
            """{"records":3,"storageBytes":8,"items":[{"name":"image-b-","isKey":false,"records":2,"storageBytes":6},{"name":"image-a","isKey":true,"records":1,"storageBytes":2}]}""",
            below.GetRawText());
        Assert.Equal("""{"records":0,"storageBytes":0,"items":[]}""", none.GetRawText());
    }

    [Fact]
    public async Task Only_the_largest_parts_are_named_and_the_sums_are_of_all()
    {
        var store = await Server.CreateAsync();
        for (var i = 0; i < 50; i++)
            await Server.PutAsync(store, $"key{i:00}", new string('x', i));

        var sizes = await Server.DataAsync(HttpMethod.Get, Sizes(store, "prefix"));

        Assert.Equal(50, sizes.GetProperty("records").GetInt32());
        Assert.Equal(49 * 50 / 2, sizes.GetProperty("storageBytes").GetInt32());
        Assert.Equal(
            Enumerable.Range(10, 40).Reverse().Select(i => $"key{i:00}"),
            sizes.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Records_are_summed_up_by_content_type_without_its_parameters()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "12345", "text/plain; charset=utf-8");
        await Server.PutAsync(store, "b", "1", "TEXT/plain");
        await Server.PutAsync(store, "c", "123456789", "image/png");
        await Server.PutAsync(store, "c", "1", "image/png");

        var sizes = await Server.DataAsync(HttpMethod.Get, Sizes(store, "type"));

        Assert.Equal(
            """{"records":3,"storageBytes":7,"items":[{"name":"text/plain","isKey":false,"records":2,"storageBytes":6},{"name":"image/png","isKey":false,"records":1,"storageBytes":1}]}""",
            sizes.GetRawText());
    }

    [Fact]
    public async Task A_live_folder_is_summed_up_from_its_listing()
    {
        using var folder = new StorageFolder();
        folder.Add("shop", "image-1.png", "12345"u8);
        folder.Add("shop", "image-2.png", "1"u8);
        folder.Add("shop", "a.json", "{}"u8);
        await using var server = await RunningServer.StartAsync(folder);
        using var stores = await server.GetAsync("/_emulator/stores", token: null);
        var id = System.Text.Json.JsonDocument.Parse(await stores.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .RootElement.GetProperty("data").GetProperty("items")[0].GetProperty("id").GetString()!;

        using var byPrefix = await server.GetAsync(Sizes(id, "prefix"), token: null);
        using var byType = await server.GetAsync(Sizes(id, "type"), token: null);

        Assert.Equal(
            """{"data":{"records":3,"storageBytes":8,"items":[{"name":"image-","isKey":false,"records":2,"storageBytes":6},{"name":"a","isKey":true,"records":1,"storageBytes":2}]}}""",
            await byPrefix.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            """{"data":{"records":3,"storageBytes":8,"items":[{"name":"image/png","isKey":false,"records":2,"storageBytes":6},{"name":"application/json","isKey":false,"records":1,"storageBytes":2}]}}""",
            await byType.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("prefix")]
    [InlineData("type")]
    public async Task A_store_that_is_not_there_is_404_and_to_look_is_not_to_read(string by)
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "x");
        var before = await Server.DataAsync(HttpMethod.Get, store);

        await Server.DataAsync(HttpMethod.Get, Sizes(store, by));
        using var missing = await Server.GetAsync(Sizes("NoSuchStore000001", by), token: "");

        await Errors.AssertErrorAsync(missing, 404, "record-not-found");
        var after = await Server.DataAsync(HttpMethod.Get, store);
        Assert.Equal(before.GetProperty("stats").GetRawText(), after.GetProperty("stats").GetRawText());
        Assert.Equal(before.GetProperty("accessedAt").GetString(), after.GetProperty("accessedAt").GetString());
    }
}

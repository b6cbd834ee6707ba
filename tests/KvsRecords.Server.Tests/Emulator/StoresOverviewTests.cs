using System.Text.Json;

namespace KvsRecords.Server.Tests;

/// <summary><c>GET /_emulator/stores</c>: all stores of all users at a glance, without a token and without a secret.</summary>
public sealed class StoresOverviewTests
{
    private const string Overview = "/_emulator/stores";

    [Fact]
    public async Task Stores_of_every_user_are_there_with_what_they_hold()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop("ANYONE_WITH_ID_CAN_READ"));
        var shop = $"/v2/key-value-stores/{Configurations.StoreId}";
        await PutAsync(shop, "image-(1)", "12345", "tok-alice");
        await PutAsync(shop, "image-(1)", "123", "tok-alice");
        await PutAsync(shop, "empty", "", "tok-alice");
        var unnamed = await server.CreateAsync(name: null, token: "tok-carol");

        var all = await server.DataAsync(HttpMethod.Get, Overview, token: "");

        var id = unnamed.Split('/')[^1];
        Assert.Equal(
            $$"""
            {"count":2,"items":[{"id":"{{Configurations.StoreId}}","name":"my-store","username":"alice","generalAccess":"ANYONE_WITH_ID_CAN_READ","sharedWith":["bob"],"records":2,"storageBytes":3,"noRecords":[],"collections":["images","one"],"url":"{{server.Address}}v2/key-value-stores/{{Configurations.StoreId}}"},{"id":"{{id}}","name":null,"username":"carol","generalAccess":"FOLLOW_USER_SETTING","sharedWith":[],"records":0,"storageBytes":0,"noRecords":[],"collections":[],"url":"{{server.Address}}v2/key-value-stores/{{id}}"}]}
            """,
            all.GetRawText());

        async Task PutAsync(string store, string key, string value, string token)
        {
            using var response = await server.SendAsync(
                HttpMethod.Put, $"{store}/records/{key}", OwnServer.Body(System.Text.Encoding.UTF8.GetBytes(value), "text/plain"), token);
            Assert.Equal(201, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task To_look_is_not_to_read()
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();
        await server.PutAsync(store, "a", "x");
        var before = await server.DataAsync(HttpMethod.Get, store);

        await server.DataAsync(HttpMethod.Get, Overview);

        var after = await server.DataAsync(HttpMethod.Get, store);
        Assert.Equal(before.GetProperty("stats").GetRawText(), after.GetProperty("stats").GetRawText());
        Assert.Equal(before.GetProperty("accessedAt").GetString(), after.GetProperty("accessedAt").GetString());
    }

    [Fact]
    public async Task A_live_folder_is_counted_as_it_is_now_with_the_files_that_are_no_records()
    {
        using var folder = StorageFolder.WithNastyStore();
        folder.Add("other", "x.txt.a1b2c3.tmp", "half"u8);
        folder.Add("other", "y.txt.a1b2c3.tmp", "half"u8);
        folder.Add("other", "photo.__metadata__.json", """{"key":"photo","extension":"png"}"""u8);
        await using var server = await RunningServer.StartAsync(folder);

        Assert.Equal("my-store: 6 records, 8525 bytes, [] | other: 1 records, 1 bytes, "
            + """[{"reason":"temporary","count":2,"examples":["x.txt.a1b2c3.tmp","y.txt.a1b2c3.tmp"]},{"reason":"sidecarWithoutValue","count":1,"examples":["photo.__metadata__.json"]}]""",
            await OverviewAsync(server));

        folder.Add("other", "x.txt", "longer"u8);
        folder.Add("other", "photo.png", "PNG"u8);

        Assert.EndsWith("""other: 2 records, 9 bytes, [{"reason":"temporary","count":2,"examples":["x.txt.a1b2c3.tmp","y.txt.a1b2c3.tmp"]}]""",
            await OverviewAsync(server), StringComparison.Ordinal);
    }

    private static async Task<string> OverviewAsync(RunningServer server)
    {
        using var response = await server.GetAsync(Overview, token: null);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return string.Join(" | ", json.RootElement.GetProperty("data").GetProperty("items").EnumerateArray()
            .Select(item => $"{item.GetProperty("name")}: {item.GetProperty("records")} records, {item.GetProperty("storageBytes")} bytes, {Sorted(item)}").Order(StringComparer.Ordinal));

        // A folder is listed in the order of its file system.
        static string Sorted(JsonElement item) => $"[{string.Join(",", item.GetProperty("noRecords").EnumerateArray().Select(files =>
            $$"""{"reason":"{{files.GetProperty("reason")}}","count":{{files.GetProperty("count")}},"examples":[{{string.Join(",", files.GetProperty("examples").EnumerateArray().Select(name => name.GetRawText()).Order(StringComparer.Ordinal))}}]}"""))}]";
    }
}

using System.Text.Json;

namespace KvsRecords.Server.Tests;

/// <summary><c>/v2/key-value-stores</c> and <c>/v2/key-value-stores/{storeId}</c>.</summary>
public sealed class StoreTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Stores = "/v2/key-value-stores";

    [Fact]
    public async Task A_store_has_the_members_that_the_API_gives_it()
    {
        var store = await Server.DataAsync(HttpMethod.Post, $"{Stores}?name=My-Store", 201);

        Assert.Equal(
            ["id", "name", "title", "userId", "username", "createdAt", "modifiedAt", "accessedAt", "actId", "actRunId", "consoleUrl",
                "keysPublicUrl", "recordsPublicUrl", "schema", "urlSigningSecretKey", "generalAccess", "stats"],
            store.EnumerateObject().Select(member => member.Name));
        var id = store.GetProperty("id").GetString()!;
        Assert.Matches("^[a-zA-Z0-9]{17}$", id);
        Assert.Equal("My-Store", store.GetProperty("name").GetString());
        Assert.Equal("dev", store.GetProperty("username").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", store.GetProperty("createdAt").GetString());
        Assert.Equal($"https://console.apify.com/storage/key-value-stores/{id}", store.GetProperty("consoleUrl").GetString());
        Assert.Equal("FOLLOW_USER_SETTING", store.GetProperty("generalAccess").GetString());
        Assert.Equal(
            ["readCount", "writeCount", "deleteCount", "listCount", "storageBytes"],
            store.GetProperty("stats").EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task A_new_store_is_201_with_its_place_and_an_existing_one_is_200_whatever_the_case_of_its_name()
    {
        using var made = await Server.SendAsync(HttpMethod.Post, $"{Stores}?name=shop");
        var again = await Server.DataAsync(HttpMethod.Post, $"{Stores}?name=SHOP");

        Assert.Equal(201, (int)made.StatusCode);
        Assert.Equal(new Uri(Server.Address, $"{Stores}/{again.GetProperty("id").GetString()}"), made.Headers.Location);
        Assert.Equal("shop", again.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Each_store_without_a_name_is_another_one()
    {
        Assert.NotEqual(await Server.CreateAsync(name: null), await Server.CreateAsync(name: null));
    }

    [Theory]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a b")]
    [InlineData("a_b")]
    [InlineData("a.b")]
    [InlineData("k%C5%AF%C5%88")]
    [InlineData("a~b")]
    [InlineData("a%2Fb")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_name_that_is_not_safe_in_DNS_is_400_and_makes_no_store(string name)
    {
        using var response = await Server.SendAsync(HttpMethod.Post, $"{Stores}?name={name}");

        var message = await Errors.AssertErrorAsync(response, 400, "invalid-input");
        Assert.Contains("63", message, StringComparison.Ordinal);
        Assert.Equal(0, (await Server.DataAsync(HttpMethod.Get, $"{Stores}?unnamed=1")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Of_many_that_ask_for_a_new_name_at_once_one_makes_the_store()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Server.SendAsync(HttpMethod.Post, $"{Stores}?name=one")));

        Assert.Single(answers, answer => (int)answer.StatusCode == 201);
        Assert.Equal(19, answers.Count(answer => (int)answer.StatusCode == 200));
    }

    [Fact]
    public async Task A_store_is_reached_by_its_id_and_by_its_name()
    {
        var path = await Server.CreateAsync("shop");

        foreach (var reference in (string[])[path, $"{Stores}/dev~shop", $"{Stores}/~shop", $"{Stores}/dev%2Fshop", $"{Stores}/dev~SHOP"])
            Assert.Equal(path, $"{Stores}/{(await Server.DataAsync(HttpMethod.Get, reference)).GetProperty("id").GetString()}");
    }

    [Fact]
    public async Task The_signing_key_is_shown_to_the_owner_only()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());
        var path = await server.CreateAsync("open", token: "tok-carol");
        await server.DataAsync(HttpMethod.Put, path, json: """{"generalAccess":"ANYONE_WITH_ID_CAN_READ"}""", token: "tok-carol");

        Assert.Equal(24, (await server.DataAsync(HttpMethod.Get, path, token: "tok-carol")).GetProperty("urlSigningSecretKey").GetString()!.Length);
        Assert.Equal(JsonValueKind.Null, (await server.DataAsync(HttpMethod.Get, path, token: "tok-bob")).GetProperty("urlSigningSecretKey").ValueKind);
        Assert.Equal(JsonValueKind.Null, (await server.DataAsync(HttpMethod.Get, path, token: "")).GetProperty("urlSigningSecretKey").ValueKind);
    }

    [Fact]
    public async Task The_public_URLs_open_keys_and_records_without_a_token()
    {
        var path = await Server.CreateAsync();
        await Server.PutAsync(path, "it's_(a)!key.txt", "hello");
        var store = await Server.DataAsync(HttpMethod.Get, path);

        var publicKeys = await Server.DataAsync(HttpMethod.Get, store.GetProperty("keysPublicUrl").GetString()!, token: "");
        Assert.Equal("it's_(a)!key.txt", publicKeys.GetProperty("items")[0].GetProperty("key").GetString());
        var keys = await Server.DataAsync(HttpMethod.Get, $"{path}/keys");
        Assert.Equal("hello", await Server.Client.GetStringAsync(
            keys.GetProperty("items")[0].GetProperty("recordPublicUrl").GetString(), TestContext.Current.CancellationToken));
        using var archive = await Server.GetAsync(store.GetProperty("recordsPublicUrl").GetString()!, token: "");
        Assert.Equal(["it's_(a)!key.txt"], (await RunningServer.ReadArchiveAsync(archive)).Keys);
    }

    [Fact]
    public async Task Public_URLs_are_at_the_address_by_which_the_client_came_or_at_the_public_one()
    {
        await using var byRequest = await OwnServer.StartAsync();
        await using var bySetting = await OwnServer.StartAsync(flags: (Settings.Setting.PublicUrl, "https://kvs.example.com"));
        await byRequest.CreateAsync();
        await bySetting.CreateAsync();

        using var response = await byRequest.SendAsync(HttpMethod.Get, $"{Stores}/dev~my-store", headers: ("Host", "localhost:1234"));
        Assert.Contains("\"http://localhost:1234/v2/key-value-stores/", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith(
            "https://kvs.example.com/v2/key-value-stores/",
            (await bySetting.DataAsync(HttpMethod.Get, $"{Stores}/dev~my-store")).GetProperty("recordsPublicUrl").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_changes_what_is_given_and_leaves_the_rest()
    {
        var path = await Server.CreateAsync("before");

        await Server.DataAsync(HttpMethod.Put, path, json: """{"name":"after","title":"Příliš"}""");
        var store = await Server.DataAsync(HttpMethod.Put, path, json: """{"generalAccess":"RESTRICTED"}""");

        Assert.Equal("after", store.GetProperty("name").GetString());
        Assert.Equal("Příliš", store.GetProperty("title").GetString());
        Assert.Equal("RESTRICTED", store.GetProperty("generalAccess").GetString());
        using var old = await Server.GetAsync($"{Stores}/dev~before");
        await Errors.AssertErrorAsync(old, 404, "record-not-found", "Key-value Store was not found");
        Assert.Equal(JsonValueKind.Null, (await Server.DataAsync(HttpMethod.Put, path, json: """{"name":null}""")).GetProperty("name").ValueKind);
    }

    [Fact]
    public async Task A_name_that_another_store_has_is_409()
    {
        await Server.CreateAsync("taken");
        var path = await Server.CreateAsync("free");

        using var response = await Server.SendAsync(HttpMethod.Put, path, OwnServer.Json("""{"name":"TAKEN"}"""));

        await Errors.AssertErrorAsync(response, 409, "name-not-unique");
        Assert.Equal("free", (await Server.DataAsync(HttpMethod.Get, path)).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"name\":")]
    [InlineData("{\"name\":1}")]
    [InlineData("{\"name\":\"\"}")]
    [InlineData("{\"name\":\"a b\"}")]
    [InlineData("{\"name\":\"\\ud800\"}")]
    [InlineData("{\"title\":{}}")]
    [InlineData("{\"title\":\"\\ud800\"}")]
    [InlineData("{\"generalAccess\":\"EVERYBODY\"}")]
    [InlineData("{\"generalAccess\":1}")]
    public async Task An_update_that_cannot_be_understood_is_400_and_changes_nothing(string json)
    {
        var path = await Server.CreateAsync("shop");

        using var response = await Server.SendAsync(HttpMethod.Put, path, OwnServer.Json(json));

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
        Assert.Equal("shop", (await Server.DataAsync(HttpMethod.Get, path)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_deleted_store_is_gone_and_one_of_the_same_name_is_another()
    {
        var path = await Server.CreateAsync("shop");
        await Server.PutAsync(path, "a", "1");

        using var deleted = await Server.SendAsync(HttpMethod.Delete, path);
        using var again = await Server.SendAsync(HttpMethod.Delete, path);
        var other = await Server.CreateAsync("shop");

        Assert.Equal(204, (int)deleted.StatusCode);
        await Errors.AssertErrorAsync(again, 404, "record-not-found", "Key-value Store was not found");
        Assert.NotEqual(path, other);
        Assert.Equal(0, (await Server.DataAsync(HttpMethod.Get, $"{other}/keys")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task The_list_is_paged_and_in_the_order_in_which_the_stores_were_made()
    {
        foreach (var name in (string?[])["b", null, "a", "c"])
            await Server.CreateAsync(name);

        Assert.Equal(["b", "a", "c"], await NamesAsync(""));
        Assert.Equal(["c", "a", "b"], await NamesAsync("?desc=1"));
        Assert.Equal(["a"], await NamesAsync("?offset=1&limit=1"));
        Assert.Equal(["b", null, "a", "c"], await NamesAsync("?unnamed=true"));
        var page = await Server.DataAsync(HttpMethod.Get, $"{Stores}?offset=2&limit=5000&desc=true&unnamed=1");
        Assert.Equal(
            """{"total":4,"offset":2,"limit":1000,"desc":true,"count":2,"unnamed":true}""",
            $"{{{string.Join(",", page.EnumerateObject().Where(member => member.Name != "items").Select(member => member.ToString()))}}}".Replace(": ", ":", StringComparison.Ordinal));

        async Task<List<string?>> NamesAsync(string query) => [.. (await Server.DataAsync(HttpMethod.Get, Stores + query))
            .GetProperty("items").EnumerateArray().Select(store => store.GetProperty("name").GetString())];
    }

    [Theory]
    [InlineData("?limit=-1")]
    [InlineData("?limit=x")]
    [InlineData("?offset=-1")]
    [InlineData("?desc=yes")]
    [InlineData("?unnamed=2")]
    [InlineData("?ownership=mine")]
    [InlineData("?limit=1&limit=2")]
    public async Task A_parameter_of_the_list_that_cannot_be_understood_is_400(string query)
    {
        using var response = await Server.GetAsync(Stores + query);

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "nobody's")]
    [InlineData("POST", "")]
    [InlineData("POST", "nobody's")]
    public async Task Without_a_users_token_there_is_no_list_and_no_new_store(string method, string token)
    {
        using var response = await Server.SendAsync(new HttpMethod(method), Stores, token: token);

        await Errors.AssertErrorAsync(response, 401, "token-not-valid");
    }

    [Fact]
    public async Task What_is_done_with_a_store_is_counted()
    {
        var path = await Server.CreateAsync();
        await Server.PutAsync(path, "a", "12345");
        await Server.PutAsync(path, "b", "1");
        await Server.PutAsync(path, "b", "123");
        (await Server.GetAsync($"{path}/records/a")).Dispose();
        (await Server.GetAsync($"{path}/keys")).Dispose();
        (await Server.GetAsync($"{path}/records")).Dispose();
        (await Server.SendAsync(HttpMethod.Delete, $"{path}/records/a")).Dispose();

        Assert.Equal(
            """{"readCount":1,"writeCount":3,"deleteCount":1,"listCount":2,"s3StorageBytes":3,"storageBytes":3}""",
            (await Server.DataAsync(HttpMethod.Get, path)).GetProperty("stats").ToString());
    }
}

using System.Text.Json;

namespace KvsRecords.Server.Tests;

/// <summary><c>/v2/key-value-stores</c> and <c>/v2/key-value-stores/{storeId}</c>.</summary>
public sealed class StoreTests
{
    private const string Stores = "/v2/key-value-stores";

    [Fact]
    public async Task A_store_has_the_members_that_the_API_gives_it()
    {
        await using var server = await OwnServer.StartAsync();

        var store = await server.DataAsync(HttpMethod.Post, $"{Stores}?name=My-Store", 201);

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
        await using var server = await OwnServer.StartAsync();

        using var made = await server.SendAsync(HttpMethod.Post, $"{Stores}?name=shop");
        var again = await server.DataAsync(HttpMethod.Post, $"{Stores}?name=SHOP");

        Assert.Equal(201, (int)made.StatusCode);
        Assert.Equal(new Uri(server.Address, $"{Stores}/{again.GetProperty("id").GetString()}"), made.Headers.Location);
        Assert.Equal("shop", again.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Each_store_without_a_name_is_another_one()
    {
        await using var server = await OwnServer.StartAsync();

        Assert.NotEqual(await server.CreateAsync(name: null), await server.CreateAsync(name: null));
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
        await using var server = await OwnServer.StartAsync();

        using var response = await server.SendAsync(HttpMethod.Post, $"{Stores}?name={name}");

        var message = await Errors.AssertErrorAsync(response, 400, "invalid-input");
        Assert.Contains("63", message, StringComparison.Ordinal);
        Assert.Equal(0, (await server.DataAsync(HttpMethod.Get, $"{Stores}?unnamed=1")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Of_many_that_ask_for_a_new_name_at_once_one_makes_the_store()
    {
        await using var server = await OwnServer.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.SendAsync(HttpMethod.Post, $"{Stores}?name=one")));

        Assert.Single(answers, answer => (int)answer.StatusCode == 201);
        Assert.Equal(19, answers.Count(answer => (int)answer.StatusCode == 200));
    }

    [Fact]
    public async Task A_store_is_reached_by_its_id_and_by_its_name()
    {
        await using var server = await OwnServer.StartAsync();
        var path = await server.CreateAsync("shop");

        foreach (var reference in (string[])[path, $"{Stores}/dev~shop", $"{Stores}/~shop", $"{Stores}/dev%2Fshop", $"{Stores}/dev~SHOP"])
            Assert.Equal(path, $"{Stores}/{(await server.DataAsync(HttpMethod.Get, reference)).GetProperty("id").GetString()}");
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
        await using var server = await OwnServer.StartAsync();
        var path = await server.CreateAsync();
        await server.PutAsync(path, "it's_(a)!key.txt", "hello");
        var store = await server.DataAsync(HttpMethod.Get, path);

        var publicKeys = await server.DataAsync(HttpMethod.Get, store.GetProperty("keysPublicUrl").GetString()!, token: "");
        Assert.Equal("it's_(a)!key.txt", publicKeys.GetProperty("items")[0].GetProperty("key").GetString());
        var keys = await server.DataAsync(HttpMethod.Get, $"{path}/keys");
        Assert.Equal("hello", await server.Client.GetStringAsync(
            keys.GetProperty("items")[0].GetProperty("recordPublicUrl").GetString(), TestContext.Current.CancellationToken));
        using var archive = await server.GetAsync(store.GetProperty("recordsPublicUrl").GetString()!, token: "");
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
        await using var server = await OwnServer.StartAsync();
        var path = await server.CreateAsync("before");

        await server.DataAsync(HttpMethod.Put, path, json: """{"name":"after","title":"Příliš"}""");
        var store = await server.DataAsync(HttpMethod.Put, path, json: """{"generalAccess":"RESTRICTED"}""");

        Assert.Equal("after", store.GetProperty("name").GetString());
        Assert.Equal("Příliš", store.GetProperty("title").GetString());
        Assert.Equal("RESTRICTED", store.GetProperty("generalAccess").GetString());
        using var old = await server.GetAsync($"{Stores}/dev~before");
        await Errors.AssertErrorAsync(old, 404, "record-not-found", "Key-value Store was not found");
        Assert.Equal(JsonValueKind.Null, (await server.DataAsync(HttpMethod.Put, path, json: """{"name":null}""")).GetProperty("name").ValueKind);
    }

    [Fact]
    public async Task A_name_that_another_store_has_is_409()
    {
        await using var server = await OwnServer.StartAsync();
        await server.CreateAsync("taken");
        var path = await server.CreateAsync("free");

        using var response = await server.SendAsync(HttpMethod.Put, path, OwnServer.Json("""{"name":"TAKEN"}"""));

        await Errors.AssertErrorAsync(response, 409, "name-not-unique");
        Assert.Equal("free", (await server.DataAsync(HttpMethod.Get, path)).GetProperty("name").GetString());
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
        await using var server = await OwnServer.StartAsync();
        var path = await server.CreateAsync("shop");

        using var response = await server.SendAsync(HttpMethod.Put, path, OwnServer.Json(json));

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
        Assert.Equal("shop", (await server.DataAsync(HttpMethod.Get, path)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_deleted_store_is_gone_and_one_of_the_same_name_is_another()
    {
        await using var server = await OwnServer.StartAsync();
        var path = await server.CreateAsync("shop");
        await server.PutAsync(path, "a", "1");

        using var deleted = await server.SendAsync(HttpMethod.Delete, path);
        using var again = await server.SendAsync(HttpMethod.Delete, path);
        var other = await server.CreateAsync("shop");

        Assert.Equal(204, (int)deleted.StatusCode);
        await Errors.AssertErrorAsync(again, 404, "record-not-found", "Key-value Store was not found");
        Assert.NotEqual(path, other);
        Assert.Equal(0, (await server.DataAsync(HttpMethod.Get, $"{other}/keys")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task The_list_is_paged_and_in_the_order_in_which_the_stores_were_made()
    {
        await using var server = await OwnServer.StartAsync();
        foreach (var name in (string?[])["b", null, "a", "c"])
            await server.CreateAsync(name);

        Assert.Equal(["b", "a", "c"], await NamesAsync(""));
        Assert.Equal(["c", "a", "b"], await NamesAsync("?desc=1"));
        Assert.Equal(["a"], await NamesAsync("?offset=1&limit=1"));
        Assert.Equal(["b", null, "a", "c"], await NamesAsync("?unnamed=true"));
        var page = await server.DataAsync(HttpMethod.Get, $"{Stores}?offset=2&limit=5000&desc=true&unnamed=1");
        Assert.Equal(
            """{"total":4,"offset":2,"limit":1000,"desc":true,"count":2,"unnamed":true}""",
            $"{{{string.Join(",", page.EnumerateObject().Where(member => member.Name != "items").Select(member => member.ToString()))}}}".Replace(": ", ":", StringComparison.Ordinal));

        async Task<List<string?>> NamesAsync(string query) => [.. (await server.DataAsync(HttpMethod.Get, Stores + query))
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
        await using var server = await OwnServer.StartAsync();

        using var response = await server.GetAsync(Stores + query);

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "nobody's")]
    [InlineData("POST", "")]
    [InlineData("POST", "nobody's")]
    public async Task Without_a_users_token_there_is_no_list_and_no_new_store(string method, string token)
    {
        await using var server = await OwnServer.StartAsync();

        using var response = await server.SendAsync(new HttpMethod(method), Stores, token: token);

        await Errors.AssertErrorAsync(response, 401, "token-not-valid");
    }

    [Fact]
    public async Task What_is_done_with_a_store_is_counted()
    {
        await using var server = await OwnServer.StartAsync();
        var path = await server.CreateAsync();
        await server.PutAsync(path, "a", "12345");
        await server.PutAsync(path, "b", "1");
        await server.PutAsync(path, "b", "123");
        (await server.GetAsync($"{path}/records/a")).Dispose();
        (await server.GetAsync($"{path}/keys")).Dispose();
        (await server.GetAsync($"{path}/records")).Dispose();
        (await server.SendAsync(HttpMethod.Delete, $"{path}/records/a")).Dispose();

        Assert.Equal(
            """{"readCount":1,"writeCount":3,"deleteCount":1,"listCount":2,"s3StorageBytes":3,"storageBytes":3}""",
            (await server.DataAsync(HttpMethod.Get, path)).GetProperty("stats").ToString());
    }
}

using System.Text.Json;
using CsCheck;

namespace KvsRecords.Server.Tests;

/// <summary><c>GET …/keys</c>.</summary>
public sealed class KeysTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Schema = """
        {"actorKeyValueStoreSchemaVersion":1,"title":"s","collections":{"images":{"keyPrefix":"image-"},"one":{"key":"a"}}}
        """;

    [Fact]
    public async Task A_page_has_the_members_that_the_API_gives_it_and_the_last_one_ends_with_null()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "b", "12345");
        await Server.PutAsync(store, "a", "");

        var first = await Server.DataAsync(HttpMethod.Get, $"{store}/keys?limit=1");
        var last = await Server.DataAsync(HttpMethod.Get, $"{store}/keys?limit=1&exclusiveStartKey=a");

        Assert.Equal(
            ["items", "count", "limit", "exclusiveStartKey", "isTruncated", "nextExclusiveStartKey"],
            first.EnumerateObject().Select(member => member.Name));
        Assert.Equal("""[1,1,null,true,"a"]""", Members(first));
        Assert.Equal("""[1,1,"a",false,null]""", Members(last));
        Assert.Equal(["key", "size", "recordPublicUrl"], last.GetProperty("items")[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal("b", last.GetProperty("items")[0].GetProperty("key").GetString());
        Assert.Equal(5, last.GetProperty("items")[0].GetProperty("size").GetInt64());
    }

    [Fact]
    public async Task An_empty_store_has_a_page_without_keys()
    {
        Assert.Equal("[0,1000,null,false,null]", Members(await Server.DataAsync(HttpMethod.Get, $"{await Server.CreateAsync()}/keys")));
    }

    [Fact]
    public async Task Page_by_page_every_key_comes_once_in_the_order_of_its_UTF_8()
    {
        var store = await Server.CreateAsync();
        var keys = Enumerable.Range(0, 40).Select(i => $"{(i % 2 == 0 ? "k" : "K")}!{i * 7 % 40}").ToList();
        foreach (var key in keys)
            await Server.PutAsync(store, key, key);

        await Gen.Int[1, 50].SampleAsync(
            async limit =>
            {
                var found = new List<string>();
                string? next = null;
                do
                {
                    var page = await Server.DataAsync(
                        HttpMethod.Get, $"{store}/keys?limit={limit}{(next is null ? "" : $"&exclusiveStartKey={Uri.EscapeDataString(next)}")}");
                    found.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetString()!));
                    next = page.GetProperty("nextExclusiveStartKey").GetString();
                    Assert.Equal(next is not null, page.GetProperty("isTruncated").GetBoolean());
                }
                while (next is not null);

                Assert.Equal(keys.Order(StringComparer.Ordinal), found);
            },
            iter: 20,
            threads: 1);
    }

    [Fact]
    public async Task Prefix_and_collection_select_keys_and_both_must_hold()
    {
        var store = await Server.CreateAsync(schema: Schema);
        foreach (var key in (string[])["a", "image-1", "image-2", "image", "b"])
            await Server.PutAsync(store, key, key);

        Assert.Equal(["image", "image-1", "image-2"], await KeysAsync("prefix=image"));
        Assert.Equal(["image-1", "image-2"], await KeysAsync("collection=images"));
        Assert.Equal(["a"], await KeysAsync("collection=one"));
        Assert.Equal(["image-2"], await KeysAsync("collection=images&prefix=image-2"));
        Assert.Equal(["image-2"], await KeysAsync("collection=images&exclusiveStartKey=image-1"));
        Assert.Equal([], await KeysAsync("prefix=my-prefix%2F"));

        async Task<List<string?>> KeysAsync(string query) => [.. (await Server.DataAsync(HttpMethod.Get, $"{store}/keys?{query}"))
            .GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetString())];
    }

    [Theory]
    [InlineData("limit=-5")]
    [InlineData("limit=many")]
    [InlineData("limit=1&limit=1")]
    [InlineData("exclusiveStartKey=a&exclusiveStartKey=b")]
    [InlineData("prefix=%00")]
    [InlineData("exclusiveStartKey=%ff")]
    [InlineData("collection=nope")]
    public async Task What_cannot_be_understood_is_400(string query)
    {
        var store = await Server.CreateAsync(schema: Schema);

        using var response = await Server.GetAsync($"{store}/keys?{query}");

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
    }

    [Fact]
    public async Task A_limit_above_1000_counts_as_1000_and_one_of_0_as_not_given()
    {
        var store = await Server.CreateAsync();

        Assert.Equal(1000, (await Server.DataAsync(HttpMethod.Get, $"{store}/keys?limit=99999999999")).GetProperty("limit").GetInt32());
        Assert.Equal(1000, (await Server.DataAsync(HttpMethod.Get, $"{store}/keys?limit=0")).GetProperty("limit").GetInt32());
    }

    [Fact]
    public async Task Only_those_who_may_read_list_keys()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());
        var store = await server.CreateAsync("closed", token: "tok-carol");
        var secret = (await server.DataAsync(HttpMethod.Get, store, token: "tok-carol")).GetProperty("urlSigningSecretKey").GetString()!;
        var signature = Access.UrlSignature.CreateStorageContent(secret, store.Split('/')[^1], DateTimeOffset.UtcNow.AddMinutes(1));
        var expired = Access.UrlSignature.CreateStorageContent(secret, store.Split('/')[^1], DateTimeOffset.UtcNow.AddMinutes(-1));

        using var anonymous = await server.GetAsync($"{store}/keys", token: "");
        using var other = await server.GetAsync($"{store}/keys", token: "tok-bob");
        using var late = await server.GetAsync($"{store}/keys?signature={expired}", token: "");

        await Errors.AssertErrorAsync(anonymous, 401, "token-not-valid");
        await Errors.AssertErrorAsync(other, 403, "permission-denied");
        await Errors.AssertErrorAsync(late, 403, "permission-denied");
        Assert.Equal(0, (await server.DataAsync(HttpMethod.Get, $"{store}/keys?signature={signature}", token: "")).GetProperty("count").GetInt32());
    }

    private static string Members(JsonElement page) =>
        $"[{string.Join(",", page.EnumerateObject().Where(member => member.Name != "items").Select(member => member.Value.GetRawText()))}]";
}

using System.Text.Json;

namespace KvsRecords.Server.Tests;

/// <summary>What the collections of a store's schema ask of the records that are written.</summary>
public sealed class CollectionWritingTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Schema = """
        {
          "actorKeyValueStoreSchemaVersion": 1, "title": "Shop",
          "collections": {
            "images": { "keyPrefix": "image-", "contentTypes": ["image/png", "image/jpeg"] },
            "old": { "keyPrefix": "old-", "contentTypes": ["image/*"] },
            "products": {
              "keyPrefix": "product-", "contentTypes": ["application/json"],
              "jsonSchema": {
                "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["name"],
                "properties": { "name": { "type": "string" }, "price": { "$ref": "#/definitions/amount" } },
                "definitions": { "amount": { "type": "number", "exclusiveMinimum": 0 } }
              }
            },
            "special": { "key": "product-special", "contentTypes": ["application/json"], "jsonSchema": { "minProperties": 2 } }
          }
        }
        """;

    [Theory]
    [InlineData("image-1", "image/png", "x")]
    [InlineData("image-1", "IMAGE/PNG; a=b", "x")]
    [InlineData("old-1", "image/webp", "x")]
    [InlineData("other", "text/html", "x")]
    [InlineData("product-1", "application/json; charset=utf-8", """{"name":"kůň","price":1.5}""")]
    [InlineData("product-special", "application/json", """{"name":"kůň","price":1.5}""")]
    public async Task What_a_collection_asks_for_is_written(string key, string contentType, string value)
    {
        var store = await Server.CreateAsync(schema: Schema);

        await Server.PutAsync(store, key, value, contentType);

        using var response = await Server.GetAsync($"{store}/records/{key}");
        Assert.Equal(value, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("image-1", "text/html", "x", "images", "contentTypes")]
    [InlineData("image-1", null, "x", "images", "contentTypes")]
    [InlineData("old-1", "imagex/png", "x", "old", "contentTypes")]
    [InlineData("product-1", "text/plain", """{"name":"a"}""", "products", "contentTypes")]
    [InlineData("product-1", "application/json", """{"price":1}""", "products", "required")]
    [InlineData("product-1", "application/json", """{"name":1}""", "products", "type")]
    [InlineData("product-1", "application/json", """{"name":"a","price":0}""", "products", "exclusiveMinimum")]
    [InlineData("product-special", "application/json", """{"name":"a"}""", "special", "minProperties")]
    [InlineData("product-1", "application/json", """{"name":""", "", "type")]
    [InlineData("product-1", "application/json", "", "", "type")]
    public async Task Anything_else_is_400_with_what_is_wrong_and_nothing_is_stored(
        string key, string? contentType, string value, string collection, string keyword)
    {
        var store = await Server.CreateAsync(schema: Schema);

        using var response = await Server.SendAsync(
            HttpMethod.Put, $"{store}/records/{key}", OwnServer.Body(System.Text.Encoding.UTF8.GetBytes(value), contentType));

        Assert.Equal(400, (int)response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var error = json.RootElement.GetProperty("error");
        Assert.Equal("schema-validation-error", error.GetProperty("type").GetString());
        var violation = error.GetProperty("data").GetProperty("validationErrors")[0];
        Assert.Equal([collection, keyword], [violation.GetProperty("collection").GetString(), violation.GetProperty("keyword").GetString()]);
        Assert.Equal(0, (await Server.DataAsync(HttpMethod.Get, $"{store}/keys")).GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("""{"actorKeyValueStoreSchemaVersion":2,"title":"t","collections":{}}""")]
    [InlineData("""{"title":"t"}""")]
    [InlineData("""[]""")]
    [InlineData("""{"actorKeyValueStoreSchemaVersion":1,"title":"t","collections":{"a":{"key":"a","contentTypes":["application/json"],"jsonSchema":{"type":5}}}}""")]
    public async Task A_schema_that_is_none_is_400_and_no_store_is_made(string schema)
    {
        using var response = await Server.SendAsync(HttpMethod.Post, "/v2/key-value-stores?name=a", OwnServer.Json($"{{\"schema\":{schema}}}"));

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
        Assert.Equal(0, (await Server.DataAsync(HttpMethod.Get, "/v2/key-value-stores")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_schema_that_refers_to_somewhere_else_takes_no_record_and_nothing_is_fetched()
    {
        var store = await Server.CreateAsync(schema: """
            {"actorKeyValueStoreSchemaVersion":1,"title":"t","collections":
              {"a":{"key":"a","contentTypes":["application/json"],"jsonSchema":{"$ref":"http://127.0.0.1:1/x"}}}}
            """);

        using var response = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Json("{}"));

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("\"$ref\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_stores_may_have_schemas_of_the_same_id()
    {
        foreach (var type in (string[])["string", "number"])
        {
            var schema = """
                {"actorKeyValueStoreSchemaVersion":1,"title":"t","collections":
                  {"a":{"key":"a","contentTypes":["application/json"],"jsonSchema":{"$id":"urn:same","type":"TYPE"}}}}
                """;
            var store = await Server.CreateAsync(type, schema.Replace("TYPE", type, StringComparison.Ordinal));
            await Server.PutAsync(store, "a", type == "string" ? "\"x\"" : "1", "application/json");
        }
    }

    [Fact]
    public async Task The_schema_comes_back_as_it_was_given()
    {
        var store = await Server.CreateAsync(schema: Schema);

        using var given = JsonDocument.Parse(Schema);
        Assert.True(JsonElement.DeepEquals(given.RootElement, (await Server.DataAsync(HttpMethod.Get, store)).GetProperty("schema")));
    }
}

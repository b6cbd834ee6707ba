using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class StoreSchemaTests
{
    private const string Right = """
        {
          "$schema": "https://example.com/schema.json",
          "actorKeyValueStoreSchemaVersion": 1,
          "title": "Ěščř",
          "description": "",
          "type": "object",
          "collections": {
            "screenshots": { "title": "Screenshots", "description": "x", "keyPrefix": "img-", "contentTypes": ["image/png", "image/jpeg"] },
            "Ωutput": { "key": "OUTPUT", "contentTypes": ["application/json"], "jsonSchema": { "type": "object" } }
          }
        }
        """;

    [Fact]
    public void A_right_schema_is_read_with_its_collections_in_their_order()
    {
        var (schema, problems) = Parse(Right);

        Assert.Empty(problems);
        Assert.Equal(["screenshots", "Ωutput"], schema!.CollectionIds);
        var screenshots = schema.Find("screenshots")!;
        Assert.Equal(
            ("screenshots", "Screenshots", null, "img-"),
            (screenshots.Id, screenshots.Title, screenshots.Key, screenshots.KeyPrefix));
        Assert.Equal(["image/png", "image/jpeg"], screenshots.ContentTypes!);
        var output = schema.Find("Ωutput")!;
        Assert.Equal((null, "OUTPUT", null), (output.Title, output.Key, output.KeyPrefix));
    }

    [Theory]
    [InlineData("Screenshots")]
    [InlineData("screenshots ")]
    [InlineData("")]
    public void A_collection_is_found_by_its_exact_id(string id) => Assert.Null(Parse(Right).Schema!.Find(id));

    [Fact]
    public void A_schema_may_define_no_collection() =>
        Assert.Empty(Parse("""{ "actorKeyValueStoreSchemaVersion": 1, "title": "", "collections": {} }""").Schema!.CollectionIds);

    [Fact]
    public void Members_that_the_version_does_not_know_are_allowed()
    {
        var schema = JsonNode.Parse(Right)!;
        schema["views"] = new JsonArray(1);
        schema["collections"]!["screenshots"]!["colour"] = true;

        Assert.NotNull(Parse(schema.ToJsonString()).Schema);
    }

    [Theory]
    [InlineData("actorKeyValueStoreSchemaVersion")]
    [InlineData("title")]
    [InlineData("collections")]
    public void A_required_member_that_is_missing_is_reported(string member)
    {
        var (schema, problems) = Parse(Right, member, null);

        Assert.Null(schema);
        Assert.Equal([$"at.{member}: missing; it is required"], problems);
    }

    [Theory]
    [InlineData("actorKeyValueStoreSchemaVersion", "2", "1")]
    [InlineData("actorKeyValueStoreSchemaVersion", "\"1\"", "1")]
    [InlineData("actorKeyValueStoreSchemaVersion", "1e999", "1")]
    [InlineData("title", "7", "a string")]
    [InlineData("description", "[]", "a string")]
    [InlineData("$schema", "false", "a string")]
    [InlineData("type", "\"array\"", "\"object\"")]
    [InlineData("type", "{}", "\"object\"")]
    [InlineData("collections", "[]", "an object")]
    [InlineData("collections", "null", "an object")]
    [InlineData("collections.screenshots", "\"img-\"", "an object")]
    [InlineData("collections.screenshots.title", "1", "a string")]
    [InlineData("collections.screenshots.description", "1", "a string")]
    [InlineData("collections.screenshots.keyPrefix", "\"\"", "a string that is not empty")]
    [InlineData("collections.screenshots.keyPrefix", "1", "a string that is not empty")]
    [InlineData("collections.Ωutput.key", "\"\"", "a string that is not empty")]
    [InlineData("collections.screenshots.contentTypes", "\"image/*\"", "a list of one or more different strings")]
    [InlineData("collections.screenshots.contentTypes", "[]", "a list of one or more different strings")]
    [InlineData("collections.screenshots.contentTypes", "[1]", "a list of one or more different strings")]
    [InlineData("collections.screenshots.contentTypes", "[\"a\",\"a\"]", "a list of one or more different strings")]
    [InlineData("collections.Ωutput.jsonSchema", "true", "an object")]
    public void Each_broken_rule_is_reported_with_its_place_and_what_is_allowed(string member, string value, string allowed)
    {
        var (schema, problems) = Parse(Right, member, value);

        Assert.Null(schema);
        Assert.Equal([$"at.{member}: {value} is not allowed; allowed: {allowed}"], problems);
    }

    [Theory]
    [InlineData("collections.screenshots.key", "\"x\"")]
    [InlineData("collections.screenshots.keyPrefix", null)]
    [InlineData("collections.Ωutput.key", null)]
    public void A_collection_has_exactly_one_of_key_and_keyPrefix(string member, string? value)
    {
        var (schema, problems) = Parse(Right, member, value);

        Assert.Null(schema);
        var place = member[..member.LastIndexOf('.')];
        Assert.StartsWith($"at.{place}: ", Assert.Single(problems));
        Assert.EndsWith("allowed: an object with exactly one of \"key\" and \"keyPrefix\"", problems[0]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("[\"text/plain\"]")]
    [InlineData("[\"application/json\",\"text/plain\"]")]
    [InlineData("[\"application/json; charset=utf-8\"]")]
    public void A_jsonSchema_demands_JSON_as_the_only_content_type(string? contentTypes)
    {
        var (schema, problems) = Parse(Right, "collections.Ωutput.contentTypes", contentTypes);

        Assert.Null(schema);
        Assert.StartsWith("at.collections.Ωutput: ", Assert.Single(problems));
        Assert.EndsWith("\"contentTypes\" of exactly [\"application/json\"]", problems[0]);
    }

    [Fact]
    public void Several_mistakes_are_reported_at_once()
    {
        var (schema, problems) = Parse("""
            { "actorKeyValueStoreSchemaVersion": 0, "type": 1, "collections": { "a": { "key": "" }, "b": [], "c": {} } }
            """);

        Assert.Null(schema);
        Assert.Equal(
            [
                "at.actorKeyValueStoreSchemaVersion: 0 is not allowed; allowed: 1",
                "at.title: missing; it is required",
                "at.type: 1 is not allowed; allowed: \"object\"",
                "at.collections.a.key: \"\" is not allowed; allowed: a string that is not empty",
                "at.collections.b: [] is not allowed; allowed: an object",
                "at.collections.c: {} is not allowed; allowed: an object with exactly one of \"key\" and \"keyPrefix\"",
            ],
            problems);
    }

    [Fact]
    public void Problems_of_something_else_do_not_spoil_a_right_schema()
    {
        var problems = new List<string> { "something else" };

        Assert.NotNull(StoreSchema.Parse(JsonDocument.Parse(Right).RootElement, "at", problems));
        Assert.Single(problems);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"schema.json\"")]
    public void A_schema_that_is_no_object_is_reported(string json) =>
        Assert.Equal([$"at: {json} is not allowed; allowed: an object"], Parse(json).Problems);

    [Fact]
    public void A_long_value_is_shortened_in_the_message()
    {
        var (_, problems) = Parse(Right, "collections", $"[\"{new string('x', 1000)}\"]");

        Assert.InRange(Assert.Single(problems).Length, 1, 150);
    }

    [Theory]
    [InlineData("title", "\"half of a pair\"")]
    [InlineData("type", "\"half of a pair\"")]
    [InlineData("half of a pair", "1")]
    [InlineData("collections.half of a pair", "{\"key\":\"x\"}")]
    [InlineData("collections.Ωutput.key", "\"half of a pair\"")]
    [InlineData("collections.screenshots.keyPrefix", "\"half of a pair\"")]
    [InlineData("collections.screenshots.contentTypes", "[\"half of a pair\"]")]
    public void Text_that_is_no_Unicode_is_reported_and_not_thrown(string member, string value)
    {
        var (schema, problems) = Parse(With(Right, member, value).Replace("half of a pair", "\\ud800", StringComparison.Ordinal));

        Assert.Null(schema);
        Assert.StartsWith("at", Assert.Single(problems));
    }

    [Fact]
    public void Whatever_JSON_is_given_there_is_a_schema_or_a_problem() =>
        Gen.Select(Gen.OneOf(
                "actorKeyValueStoreSchemaVersion", "title", "description", "$schema", "type", "collections", "collections.screenshots",
                "collections.screenshots.contentTypes", "collections.screenshots.keyPrefix", "collections.Ωutput.jsonSchema"),
            Gen.OneOf(
                "1", "1.5", "-0", "null", "true", "{}", "[]", "[null]", "[[]]",
                "\"\"", "\"object\"", "{\"a\":1}", "{\"a\":{\"key\":\"x\"}}"))
        .Array[1, 4].Sample(changes =>
        {
            var json = changes.Aggregate(Right, (text, change) =>
            {
                try
                {
                    return With(text, change.Item1, change.Item2);
                }
                catch (InvalidOperationException)
                {
                    return text;
                }
            });
            var (schema, problems) = Parse(json);
            return schema is null == problems.Count > 0;
        }, iter: 2_000);

    private static (StoreSchema? Schema, List<string> Problems) Parse(string json)
    {
        var problems = new List<string>();
        return (StoreSchema.Parse(JsonDocument.Parse(json).RootElement, "at", problems), problems);
    }

    private static (StoreSchema? Schema, List<string> Problems) Parse(string json, string member, string? value) =>
        Parse(With(json, member, value));

    private static string With(string json, string member, string? value)
    {
        var root = JsonNode.Parse(json)!;
        var names = member.Split('.');
        var parent = names[..^1]
            .Aggregate(root, (node, name) => node[name] ?? throw new InvalidOperationException($"no {name}")).AsObject();
        if (value is null)
            parent.Remove(names[^1]);
        else
            parent[names[^1]] = JsonNode.Parse(value);
        return root.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}

using System.Text;
using System.Text.Json;
using CsCheck;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Schemas;
using KvsRecords.Server.Settings;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>Schemas that no user would write, and values that are held against them.</summary>
public sealed class SchemaFuzzTests : IDisposable
{
    private static readonly string[] Schemas =
    [
        """
        {"actorKeyValueStoreSchemaVersion":1,"title":"t","description":"d","$schema":"x","type":"object","collections":{
          "a":{"title":"A","key":"a","contentTypes":["application/json"],"jsonSchema":{"$schema":"http://json-schema.org/draft-07/schema#","$id":"http://x/y",
            "type":["object","array"],"required":["n"],"properties":{"n":{"type":"number","minimum":0,"multipleOf":2},"s":{"pattern":"^x+$","format":"date","maxLength":5},"c":{"$ref":"#/definitions/c"}},
            "definitions":{"c":{"items":{"$ref":"#"},"uniqueItems":true,"contains":{"const":1}},"d":{"enum":[1,"x",null]}},"additionalProperties":{"$ref":"#/definitions/d"},
            "if":{"minProperties":2},"then":{"allOf":[{"$ref":"#/definitions/c"}]},"else":{"anyOf":[true,{"not":{"$ref":"#/definitions/d"}}]},"dependencies":{"n":["s"],"s":{"oneOf":[{},false]}}}},
          "i":{"keyPrefix":"image-","contentTypes":["image/png","image/*"]}}}
        """,
    ];

    private static readonly string[] Values =
        ["""{"n":2,"s":"xx","c":[1,{"n":4}]}""", "[[[1,2],{}],\"\",null]", "{}", "{\"n\":1e400}", "{\"n\":1e99999999,\"s\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\",\"c\":[[],[]]}", "\"\\ud800\"", "nonsense", ""];

    private static readonly Gen<string> Schema = Mutation.Tokens(
        Schemas, "\"$ref\"", "\"#\"", "\"#/definitions/c\"", "\"#/definitions\"", "\"http://x/y#\"", "\"$id\"", "\"(\"", "\"(a+)+$\"", "\"pattern\"", "\"patternProperties\"", "\"propertyNames\"", "\"multipleOf\"", "\"enum\"", "\"$id\"", "1e-400", "1e400", "\"https://json-schema.org/draft/2020-12/schema\"",
        "\"$dynamicRef\"", "\"$recursiveRef\"", "\"$anchor\"", "\"allOf\"", "\"items\"", "{", "}", "[", "]");

    private readonly CollectionRules _rules = new(Options());

    public void Dispose() => _rules.Dispose();

    [Fact]
    public Task A_schema_is_refused_with_a_reason_or_says_of_each_value_what_is_wrong() => Fuzz.RunAsync(
        "schemas, and values held against them",
        Gen.Select(Schema, Gen.OneOf(Mutation.OneOf(Values), Mutation.Tokens(Values))),
        given => Mutation.Utf8($"{given.Item1} {given.Item2}"),
        given => CheckAsync(given.Item1, given.Item2),
        weight: 2);

    private static ServerOptions Options()
    {
        using var folder = new StorageFolder();
        return RunningServer.ReadOptions(folder);
    }

    private async Task CheckAsync(string text, string value)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return;
        }

        var problems = new List<string>();
        var schema = StoreSchema.Parse(json.RootElement, "$", problems);
        if (schema is null)
        {
            Assert.NotEmpty(problems);
            return;
        }

        _ = _rules.ProblemsOf(schema).ToList();
        try
        {
            await using var written = await _rules.CheckAsync(schema, new RecordKey("a"), "application/json", new MemoryStream(Encoding.UTF8.GetBytes(value)), CancellationToken.None);
        }
        catch (RequestRefusedException e)
        {
            Assert.InRange(e.Error.Status, 400, 499);
        }
    }
}

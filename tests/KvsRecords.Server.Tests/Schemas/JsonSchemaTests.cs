using System.Text;
using KvsRecords.Server.Schemas;

namespace KvsRecords.Server.Tests;

/// <summary>What each keyword of JSON Schema (draft-07) asks of a value.</summary>
public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("{}", "1")]
    [InlineData("true", "1")]
    [InlineData("""{"type":"integer"}""", "1.0", "1e2", "-0", "12345678901234567890", "!1.5", "!\"1\"", "!true")]
    [InlineData("""{"type":["null","number"]}""", "null", "1.5", "!false", "![]")]
    [InlineData("""{"type":"object"}""", "{}", "![]", "!null")]
    [InlineData("""{"type":"boolean"}""", "true", "false", "!0", "!\"true\"")]
    [InlineData("""{"enum":[1,"a",null,{"x":[1,2],"y":"é"}]}""", "1.0", "\"\\u0061\"", "null", "{\"y\":\"\\u00e9\",\"x\":[1e0,2]}", "!true", "!{\"x\":[2,1],\"y\":\"é\"}", "!{\"x\":[1,2]}")]
    [InlineData("""{"const":{"a":false}}""", "{\"a\":false}", "!{\"a\":0}", "!{\"a\":false,\"b\":1}", "!{}")]
    [InlineData("""{"minimum":1.1}""", "1.1", "2", "!1.0999999999999999999", "\"0\"")]
    [InlineData("""{"maximum":100000000000000000000000001}""", "100000000000000000000000001", "!100000000000000000000000002")]
    [InlineData("""{"exclusiveMinimum":0,"exclusiveMaximum":1}""", "1e-40", "0.5", "!0", "!1", "!-1e-40")]
    [InlineData("""{"multipleOf":0.01}""", "4.02", "0", "-1", "!0.0075", "\"x\"")]
    [InlineData("""{"multipleOf":1e-30}""", "1")]
    [InlineData("""{"minLength":2,"maxLength":3}""", "\"éé\"", "\"🐎🐎\"", "\"\\ud83d\\udc0e\\n\"", "!\"\\ud83d\\udc0e\"", "!\"abcd\"", "!\"\"", "1")]
    [InlineData("""{"pattern":"^a+$"}""", "\"aa\"", "!\"ab\"", "1")]
    [InlineData("""{"pattern":"b"}""", "\"abc\"", "\"\\u0062\"", "!\"ac\"")]
    [InlineData("""{"items":{"type":"integer"}}""", "[1,2]", "[]", "{}", "![1,\"x\"]")]
    [InlineData("""{"items":[{"type":"integer"},{"type":"string"}],"additionalItems":false}""", "[1,\"a\"]", "[1]", "![1,\"a\",null]", "![\"a\"]")]
    [InlineData("""{"items":false}""", "[]", "![1]")]
    [InlineData("""{"additionalItems":false}""", "[1]")]
    [InlineData("""{"minItems":1,"maxItems":2}""", "[1]", "[[],[]]", "![]", "![1,2,3]", "{}")]
    [InlineData("""{"uniqueItems":true}""", "[1,\"1\",[1],{\"a\":1},null,true,false,0]", "![1,1.0]", "![{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]", "![\"a\",\"\\u0061\"]", "[[1,2],[2,1]]", "[{\"a\":1},{\"b\":1}]", "[]")]
    [InlineData("""{"uniqueItems":false}""", "[1,1]")]
    [InlineData("""{"contains":{"const":1}}""", "[0,1]", "![0]", "![]", "1")]
    [InlineData("""{"minProperties":1,"maxProperties":1}""", "{\"a\":1}", "!{}", "!{\"a\":1,\"b\":1}", "[]")]
    [InlineData("""{"required":["a","é"]}""", "{\"\\u0061\":1,\"é\":2}", "!{\"a\":1}", "[]")]
    [InlineData("""{"properties":{"a":{"type":"string"}},"patternProperties":{"^x":{"type":"integer"}},"additionalProperties":{"type":"null"}}""", "{\"a\":\"1\",\"x1\":1,\"b\":null}", "!{\"a\":1}", "!{\"x\":\"1\"}", "!{\"b\":1}", "[]")]
    [InlineData("""{"properties":{"a":false}}""", "{\"b\":1}", "!{\"a\":1}")]
    [InlineData("""{"additionalProperties":false}""", "{}", "!{\"a\":1}")]
    [InlineData("""{"propertyNames":{"maxLength":1}}""", "{\"a\":1}", "!{\"ab\":1}", "!{\"\\u0061b\":1}")]
    [InlineData("""{"dependencies":{"a":["b"],"c":{"required":["d"]}}}""", "{\"b\":1}", "{\"a\":1,\"b\":1}", "!{\"a\":1}", "!{\"c\":1}", "{\"c\":1,\"d\":1}")]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":2}]}""", "1", "!0", "!3")]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":2}]}""", "\"a\"", "2", "!1")]
    [InlineData("""{"oneOf":[{"minimum":1},{"maximum":2}]}""", "0", "3", "!1")]
    [InlineData("""{"not":{"type":"integer"}}""", "\"a\"", "!1")]
    [InlineData("""{"if":{"minimum":10},"then":{"multipleOf":10},"else":{"multipleOf":3}}""", "20", "3", "!15", "!4")]
    [InlineData("""{"then":false,"else":false}""", "1")]
    [InlineData("""{"format":"date","contentMediaType":"application/json","unknown":{"type":5},"minContains":2}""", "\"x\"")]
    public void A_value_obeys_it_or_does_not(string schema, params string[] values)
    {
        var compiled = SchemaBuilder.Compile(schema);
        foreach (var written in values)
        {
            var (value, holds) = (written.TrimStart('!'), written[0] != '!');

            Assert.True(holds == (Violations(compiled, value).Count == 0), $"{schema} {written}");
            Assert.True(holds == Obeys(compiled, value), $"{schema} {written}");
        }
    }

    [Theory]
    [InlineData("""{"definitions":{"a":{"type":"integer"}},"properties":{"x":{"$ref":"#/definitions/a"}}}""", "{\"x\":1}", "{\"x\":\"1\"}")]
    [InlineData("""{"$ref":"#/definitions/a","type":"string","definitions":{"a":{"type":"integer"}}}""", "1", "\"x\"")]
    [InlineData("""{"definitions":{"a/b~c%":{"type":"integer"}},"items":{"$ref":"#/definitions/a~1b~0c%25"}}""", "[1]", "[\"x\"]")]
    [InlineData("""{"definitions":{"a":{"$id":"#here","type":"integer"}},"items":{"$ref":"#here"}}""", "[1]", "[\"x\"]")]
    [InlineData("""{"$id":"http://x.example/one","definitions":{"a":{"$id":"two","type":"integer"}},"items":{"$ref":"http://x.example/two"}}""", "[1]", "[\"x\"]")]
    [InlineData("""{"$id":"urn:one","definitions":{"a":{"type":"integer"}},"items":{"$ref":"urn:one#/definitions/a"}}""", "[1]", "[\"x\"]")]
    [InlineData("""{"allOf":[{"$id":"http://x.example/","definitions":{"a":{"type":"integer"}},"items":{"$ref":"#/definitions/a"}}]}""", "[1]", "[\"x\"]")]
    [InlineData("""{"else":{"list":[{"type":"integer"}]},"items":{"$ref":"#/else/list/0"}}""", "[1]", "[\"x\"]")]
    [InlineData("""{"properties":{"a":{"$ref":"#"}},"maxProperties":1}""", "{\"a\":{\"a\":{}}}", "{\"a\":{\"a\":{\"b\":1,\"c\":1}}}")]
    public void A_reference_leads_to_its_place(string schema, string obeying, string violating)
    {
        var compiled = SchemaBuilder.Compile(schema);

        Assert.Empty(Violations(compiled, obeying));
        Assert.NotEmpty(Violations(compiled, violating));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("""{"type":"float"}""")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"enum":1}""")]
    [InlineData("""{"minimum":"1"}""")]
    [InlineData("""{"multipleOf":0}""")]
    [InlineData("""{"minLength":-1}""")]
    [InlineData("""{"maxItems":1.5}""")]
    [InlineData("""{"pattern":"("}""")]
    [InlineData("""{"patternProperties":{"(":{}}}""")]
    [InlineData("""{"items":1}""")]
    [InlineData("""{"properties":[]}""")]
    [InlineData("""{"properties":{"a":1}}""")]
    [InlineData("""{"definitions":{"a":{"type":"x"}}}""")]
    [InlineData("""{"required":"a"}""")]
    [InlineData("""{"required":[1]}""")]
    [InlineData("""{"allOf":[]}""")]
    [InlineData("""{"anyOf":{}}""")]
    [InlineData("""{"then":1}""")]
    [InlineData("""{"$ref":1}""")]
    [InlineData("""{"$id":"http://[","type":"string"}""")]
    [InlineData("""{"uniqueItems":"yes"}""")]
    [InlineData("""{"dependencies":{"a":1}}""")]
    public void What_is_no_schema_is_refused_with_what_is_allowed(string schema) =>
        Assert.NotEqual("", Assert.ThrowsAny<ArgumentException>(() => SchemaBuilder.Compile(schema)).Message);

    [Fact]
    public void A_violation_says_where_it_is_which_keyword_and_what_is_wrong()
    {
        var schema = SchemaBuilder.Compile("""{"properties":{"a/b":{"items":{"minimum":1}},"c":{"required":["x"]}},"additionalProperties":false}""");

        Assert.Equal(
            [("/a~1b/1", "minimum", "0 should be at least 1"), ("/c", "required", "the object should have the property \"x\""), ("/d", "false", "\"é\" is not allowed here")],
            Violations(schema, """{"a/b":[1,0],"c":{},"d":"é"}""").Select(one => (one.InstancePath, one.Keyword, one.Message)));
    }

    [Fact]
    public void Of_very_many_violations_the_first_hundred_are_reported_and_none_is_long()
    {
        var schema = SchemaBuilder.Compile("""{"items":{"type":"integer"}}""");

        var violations = Violations(schema, $"[{string.Join(',', Enumerable.Repeat($"\"{new string('x', 10_000)}\"", 1_000))}]");

        Assert.Equal(100, violations.Count);
        Assert.All(violations, violation => Assert.InRange(violation.Message.Length, 1, 200));
    }

    private static IReadOnlyList<Server.Errors.SchemaViolation> Violations(SchemaNode schema, string value)
    {
        using var table = JsonTable.Read(Encoding.UTF8.GetBytes(value), int.MaxValue);
        var check = new SchemaCheck(CancellationToken.None);
        check.Run("c", schema, table.Root);
        return check.Violations;
    }

    private static bool Obeys(SchemaNode schema, string value)
    {
        using var table = JsonTable.Read(Encoding.UTF8.GetBytes(value), int.MaxValue);
        return new SchemaCheck(CancellationToken.None).Obeys(schema, table.Root);
    }
}

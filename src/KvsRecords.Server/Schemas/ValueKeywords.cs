using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>The keywords that ask something of any value: <c>type</c>, <c>enum</c> and <c>const</c>.</summary>
internal static class ValueKeywords
{
    public static readonly string[] Names = ["type", "enum", "const"];

    private static readonly string[] Types = ["array", "boolean", "integer", "null", "number", "object", "string"];

    public static void Add(SchemaNode node, SchemaKeyword keyword)
    {
        switch (keyword.Name)
        {
            case "type":
                var types = keyword.Value.Kind == JsonValueKind.String ? [keyword.Text()] : keyword.Texts();
                if (types.Except(Types).Any())
                    throw keyword.Wrong($"one or several of {string.Join(", ", Types)}");
                node.Add("type", $"should be of type {string.Join(" or ", types)}", (value, _) => types.Any(type => Is(value, type)));
                break;
            case "enum":
                var allowed = keyword.Items().ToList();
                node.Add("enum", $"should be one of {keyword.Value.Shown()}",
                    (value, check) => allowed.Exists(one => JsonEquality.AreEqual(value, one, check)));
                break;
            case "const":
                var constant = keyword.Value;
                node.Add("const", $"should be {keyword.Value.Shown()}", (value, check) => JsonEquality.AreEqual(value, constant, check));
                break;
        }
    }

    private static bool Is(JsonValue value, string type) => value.Kind switch
    {
        JsonValueKind.Array => type == "array",
        JsonValueKind.Object => type == "object",
        JsonValueKind.String => type == "string",
        JsonValueKind.Null => type == "null",
        JsonValueKind.Number => type == "number" || (type == "integer" && double.IsInteger(value.Double)),
        _ => type == "boolean",
    };
}

using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>The keywords that restrict any value: <c>type</c>, <c>enum</c> and <c>const</c>.</summary>
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
                node.Add("type", $"should be of type {string.Join(" or ", types)}", (value, check) =>
                {
                    foreach (var type in types)
                    {
                        if (Is(value, type, check))
                            return true;
                    }

                    return false;
                });
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

    private static bool Is(JsonValue value, string type, SchemaCheck check)
    {
        switch (type)
        {
            case "array":
                return value.Kind == JsonValueKind.Array;
            case "object":
                return value.Kind == JsonValueKind.Object;
            case "string":
                return value.Kind == JsonValueKind.String;
            case "null":
                return value.Kind == JsonValueKind.Null;
            case "boolean":
                return value.Kind is JsonValueKind.True or JsonValueKind.False;
            case "integer" when value.Kind == JsonValueKind.Number:
                check.Limit(value);
                return value.IsInteger;
            default:
                return type == "number" && value.Kind == JsonValueKind.Number;
        }
    }
}

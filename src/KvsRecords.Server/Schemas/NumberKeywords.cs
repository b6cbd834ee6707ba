using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>The keywords that restrict numbers. Every other value obeys them.</summary>
internal static class NumberKeywords
{
    public static readonly string[] Names = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

    public static void Add(SchemaNode node, SchemaKeyword keyword)
    {
        var limit = keyword.Number();
        var text = limit.Shown();
        (string Wrong, Func<JsonValue, bool> Holds) rule = keyword.Name switch
        {
            "minimum" => ($"should be at least {text}", value => JsonNumber.Compare(value, limit) >= 0),
            "maximum" => ($"should be at most {text}", value => JsonNumber.Compare(value, limit) <= 0),
            "exclusiveMinimum" => ($"should be more than {text}", value => JsonNumber.Compare(value, limit) > 0),
            "exclusiveMaximum" => ($"should be less than {text}", value => JsonNumber.Compare(value, limit) < 0),
            _ when limit.Double > 0 => ($"should be a multiple of {text}", value => JsonNumber.IsMultiple(value, limit)),
            _ => throw keyword.Wrong("a number above 0"),
        };
        node.Add(keyword.Name, rule.Wrong, (value, check) =>
        {
            if (value.Kind != JsonValueKind.Number)
                return true;

            check.Limit(value);
            return rule.Holds(value);
        });
    }
}

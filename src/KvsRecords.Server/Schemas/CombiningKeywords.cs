
namespace KvsRecords.Server.Schemas;

/// <summary>The keywords that combine schemas.</summary>
internal static class CombiningKeywords
{
    public static readonly string[] Names = ["allOf", "anyOf", "oneOf", "not"];

    public static void Add(SchemaNode node, SchemaKeyword keyword)
    {
        switch (keyword.Name)
        {
            case "allOf":
                foreach (var schema in Several(keyword))
                    node.Add("allOf", "", schema.Holds);
                break;
            case "anyOf":
                var any = Several(keyword);
                node.Add("anyOf", $"should obey at least one of {any.Count} schemas, and obeys none",
                    (value, check) => any.Exists(schema => check.Obeys(schema, value)));
                break;
            case "oneOf":
                var one = Several(keyword);
                node.Add("oneOf", $"should obey exactly one of {one.Count} schemas",
                    (value, check) => one.Where(schema => check.Obeys(schema, value)).Take(2).Count() == 1);
                break;
            case "not":
                var not = keyword.Schema();
                node.Add("not", "obeys a schema that it should not obey", (value, check) => !check.Obeys(not, value));
                break;
        }
    }

    /// <summary><c>if</c>, <c>then</c> and <c>else</c>, each of which may be missing.</summary>
    public static void AddChoice(SchemaNode node, SchemaKeyword? condition, SchemaKeyword? then, SchemaKeyword? otherwise)
    {
        var (test, obeys, others) = (condition?.Schema(), then?.Schema(), otherwise?.Schema());
        if (test is not null)
            node.Add("if", "", (value, check) => (check.Obeys(test, value) ? obeys : others)?.Holds(value, check) ?? true);
    }

    private static List<SchemaNode> Several(SchemaKeyword keyword) =>
        keyword.Items().Select(keyword.Schema).ToList() is { Count: > 0 } schemas
            ? schemas
            : throw keyword.Wrong("a list of one schema or more");
}

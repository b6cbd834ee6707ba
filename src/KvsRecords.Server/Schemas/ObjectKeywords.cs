using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>The keywords that restrict objects. Every other value obeys them.</summary>
internal static class ObjectKeywords
{
    public static readonly string[] Names = ["minProperties", "maxProperties", "required", "propertyNames", "dependencies"];

    public static void Add(SchemaNode node, SchemaKeyword keyword)
    {
        switch (keyword.Name)
        {
            case "minProperties":
                var least = keyword.Count();
                Add($"should have at least {least} properties", (value, check) => Count(value, check) >= least);
                break;
            case "maxProperties":
                var most = keyword.Count();
                Add($"should have at most {most} properties", (value, check) => Count(value, check) <= most);
                break;
            case "required":
                foreach (var name in keyword.Texts())
                    Add($"should have the property \"{JsonValue.Shown(name)}\"", (value, check) => Has(value, name, check));
                break;
            case "propertyNames":
                var names = keyword.Schema();
                Add("", (value, check) => All(value, check, (name, _) => check.Holds(names, name, name)));
                break;
            case "dependencies":
                foreach (var (name, dependency) in keyword.Members())
                    AddDependency(node, keyword, name, dependency);
                break;
        }

        void Add(string wrong, Rule rule) =>
            node.Add(keyword.Name, wrong, (value, check) => value.Kind != JsonValueKind.Object || rule(value, check));
    }

    /// <summary><c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c>, each of which may be missing.</summary>
    public static void AddProperties(SchemaNode node, SchemaKeyword? properties, SchemaKeyword? patterns, SchemaKeyword? additional)
    {
        var named = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var (name, schema) in properties?.Members() ?? [])
            named[name] = properties!.Value.Schema(schema);
        var matched = new List<(string Pattern, SchemaNode Schema)>();
        foreach (var (pattern, schema) in patterns?.Members() ?? [])
            matched.Add((SchemaKeyword.Pattern(pattern), patterns!.Value.Schema(schema)));
        var others = additional?.Schema();
        node.Add("properties", "", (value, check) => value.Kind != JsonValueKind.Object || All(value, check, (name, property) =>
        {
            var text = check.TextOf(name);
            var (isKnown, holds) = (named.TryGetValue(text, out var schema), true);
            if (isKnown)
                holds = check.Holds(schema!, property, name);
            foreach (var (pattern, pleased) in matched)
            {
                if (!check.IsMatch(pattern, text))
                    continue;
                isKnown = true;
                holds &= check.Holds(pleased, property, name);
            }

            return isKnown || others is null ? holds : check.Holds(others, property, name);
        }));
    }

    private static void AddDependency(SchemaNode node, SchemaKeyword keyword, string name, JsonValue dependency)
    {
        if (dependency.Kind == JsonValueKind.Array)
        {
            foreach (var needed in (keyword with { Value = dependency }).Texts())
            {
                node.Add("dependencies", $"should have the property \"{JsonValue.Shown(needed)}\", since it has \"{JsonValue.Shown(name)}\"",
                    (value, check) => value.Kind != JsonValueKind.Object || !Has(value, name, check) || Has(value, needed, check));
            }
        }
        else
        {
            var schema = keyword.Schema(dependency);
            node.Add("dependencies", "",
                (value, check) => value.Kind != JsonValueKind.Object || !Has(value, name, check) || schema.Holds(value, check));
        }
    }

    private static bool All(JsonValue value, SchemaCheck check, Func<JsonValue, JsonValue, bool> holds)
    {
        var all = true;
        foreach (var (name, member) in value.Members)
        {
            check.Step();
            all &= holds(name, member);
            if (!all && !check.WantsMore)
                break;
        }

        return all;
    }

    private static int Count(JsonValue value, SchemaCheck check)
    {
        var count = 0;
        foreach (var _ in value.Members)
        {
            check.Step();
            count++;
        }

        return count;
    }

    private static bool Has(JsonValue value, string name, SchemaCheck check)
    {
        foreach (var (other, _) in value.Members)
        {
            if (check.Is(other, name))
                return true;
        }

        return false;
    }
}

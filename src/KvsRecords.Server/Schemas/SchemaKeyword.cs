using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>A keyword of a schema, with its value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Base">The URI that references in it are relative to.</param>
/// <param name="Builder">Builds the schemas in it.</param>
internal readonly record struct SchemaKeyword(string Name, JsonValue Value, string Base, SchemaBuilder Builder)
{
    /// <summary>Makes the error for a value that the keyword does not allow.</summary>
    public ArgumentException Wrong(string allowed) => new($"{Name}: {Value.Shown()} is not allowed; allowed: {allowed}");

    public SchemaNode Schema() => Schema(Value);

    public SchemaNode Schema(JsonValue value) => value.Kind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False
        ? Builder.Build(value, Base)
        : throw Wrong("schemas, which are objects, true or false");

    public string Text() => Value.Kind == JsonValueKind.String ? Value.Text : throw Wrong("a text");

    public List<string> Texts()
    {
        var keyword = this;
        return [.. Items().Select(value => value.Kind == JsonValueKind.String ? value.Text : throw keyword.Wrong("a list of texts"))];
    }

    public IEnumerable<JsonValue> Items() => Value.Kind == JsonValueKind.Array ? Value.Items : throw Wrong("a list");

    public IEnumerable<(string Name, JsonValue Value)> Members() => Value.Kind == JsonValueKind.Object
        ? Value.Members.Select(member => (member.Name.Text, member.Value))
        : throw Wrong("an object");

    public JsonValue Number() => Value.Kind == JsonValueKind.Number ? Value : throw Wrong("a number");

    public bool Flag() => Value.Kind is JsonValueKind.True or JsonValueKind.False ? Value.Kind == JsonValueKind.True : throw Wrong("true or false");

    public long Count() => Number().Decimal is { } count && count == decimal.Truncate(count) && count is >= 0 and <= long.MaxValue
        ? (long)count
        : throw Wrong("a whole number from 0");

    public static string Pattern(string pattern)
    {
        SchemaPattern.Compile(pattern, TimeSpan.FromSeconds(1));
        return pattern;
    }
}

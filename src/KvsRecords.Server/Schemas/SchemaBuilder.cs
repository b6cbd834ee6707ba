using System.Text;
using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// Compiles a JSON Schema of draft-07. It is one whatever its <c>$schema</c> says; <c>format</c> and keywords that draft-07 does not know
/// ask nothing. Source: https://json-schema.org/draft-07/json-schema-validation.
/// </summary>
internal sealed class SchemaBuilder
{
    /// <summary>The most schemas that one may have in it.</summary>
    private const int MaxSchemas = 10_000;

    private const int MaxLength = 1024 * 1024;

    private static readonly Dictionary<string, Action<SchemaNode, SchemaKeyword>> Keywords = new (string[] Names, Action<SchemaNode, SchemaKeyword> Add)[]
    {
        (ValueKeywords.Names, ValueKeywords.Add),
        (NumberKeywords.Names, NumberKeywords.Add),
        (TextKeywords.Names, TextKeywords.Add),
        (ArrayKeywords.Names, ArrayKeywords.Add),
        (ObjectKeywords.Names, ObjectKeywords.Add),
        (CombiningKeywords.Names, CombiningKeywords.Add),
    }.SelectMany(group => group.Names, (group, name) => (name, group.Add)).ToDictionary(StringComparer.Ordinal);

    private readonly SchemaReferences _references;
    private readonly Dictionary<int, SchemaNode> _built = [];

    private SchemaBuilder(JsonValue root) => _references = new SchemaReferences(root, this);

    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="ArgumentException">It is no schema, or a very large one; the message says why.</exception>
    /// <exception cref="InvalidOperationException">A text in it is no Unicode.</exception>
    public static SchemaNode Compile(string text)
    {
        var json = Encoding.UTF8.GetBytes(text);
        if (json.Length > MaxLength)
            throw new ArgumentException($"it is longer than {MaxLength} bytes");

        var root = JsonTable.Read(json, int.MaxValue).Root;
        var builder = new SchemaBuilder(root);
        var schema = builder.Build(root, SchemaReferences.Root);
        builder._references.Resolve();
        return schema;
    }

    /// <summary>The schema that stands there; the same one, whenever it is asked for.</summary>
    /// <param name="value">What stands there.</param>
    /// <param name="within">The URI that its references are relative to.</param>
    public SchemaNode Build(JsonValue value, string within)
    {
        if (_built.TryGetValue(value.Row, out var node))
            return node;
        if (_built.Count == MaxSchemas)
            throw new ArgumentException($"it has more than {MaxSchemas} schemas in it");

        _built.Add(value.Row, node = new SchemaNode());
        if (value.Kind == JsonValueKind.False)
            node.Add("false", "is not allowed here", (_, _) => false);
        else if (value.Kind == JsonValueKind.Object)
            Fill(node, value, within);
        else if (value.Kind != JsonValueKind.True)
            throw new ArgumentException($"{value.Shown()} is no schema; allowed: an object, true or false");
        return node;
    }

    private void Fill(SchemaNode node, JsonValue schema, string within)
    {
        // Beside a reference nothing counts.
        if (schema.Find("$ref") is { } reference)
        {
            _references.Add(node, new SchemaKeyword("$ref", reference, within, this).Text(), within);
            return;
        }

        var here = schema.Find("$id") is { } id
            ? _references.Name(schema, new SchemaKeyword("$id", id, within, this).Text(), within)
            : within;
        SchemaKeyword? Of(string name) => schema.Find(name) is { } value ? new SchemaKeyword(name, value, here, this) : null;
        foreach (var (name, value) in schema.Members)
        {
            var text = name.Text;
            if (Keywords.TryGetValue(text, out var add))
                add(node, new SchemaKeyword(text, value, here, this));
        }

        foreach (var (_, definition) in Of("definitions")?.Members() ?? [])
            Of("definitions")!.Value.Schema(definition);
        if (Of("items") is { } items)
            ArrayKeywords.AddItems(node, items, Of("additionalItems"));
        if ((Of("properties") ?? Of("patternProperties") ?? Of("additionalProperties")) is not null)
            ObjectKeywords.AddProperties(node, Of("properties"), Of("patternProperties"), Of("additionalProperties"));
        CombiningKeywords.AddChoice(node, Of("if"), Of("then"), Of("else"));
    }
}

using System.Globalization;
using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// The targets of a schema's references: a place in it (<c>#/definitions/a</c>), or a schema in it that has a name (<c>$id</c>). Nothing is
/// fetched.
/// </summary>
internal sealed class SchemaReferences
{
    /// <summary>The URI of a schema that gives itself none.</summary>
    public const string Root = "schema://collection/";

    private readonly SchemaBuilder _builder;
    private readonly Dictionary<string, (JsonValue Schema, string Base)> _named = new(StringComparer.Ordinal);

    // Of the objects and lists that references lead through: there may be thousands of both.
    private readonly Dictionary<int, Dictionary<string, JsonValue>> _parts = [];
    private readonly Queue<(SchemaNode From, string Reference, string Base)> _open = new();

    public SchemaReferences(JsonValue root, SchemaBuilder builder)
    {
        _builder = builder;
        _named.Add(Root, (root, Root));
    }

    /// <summary>Notes that a schema refers to another one.</summary>
    public void Add(SchemaNode from, string reference, string within) => _open.Enqueue((from, reference, within));

    /// <summary>Notes the name of a schema.</summary>
    /// <returns>The URI that references in it are relative to.</returns>
    /// <exception cref="ArgumentException">It is no URI.</exception>
    public string Name(JsonValue schema, string id, string within)
    {
        var name = Absolute(id, within);
        var isPlace = id.StartsWith('#');
        _named.TryAdd(name, (schema, isPlace ? within : name));
        return isPlace ? within : name;
    }

    /// <summary>Finds the schemas that references name. References without end are found when a value is checked.</summary>
    public void Resolve()
    {
        while (_open.TryDequeue(out var open))
        {
            var place = Find(Absolute(open.Reference, open.Base));
            if (place is { } found && found.Schema.Kind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False)
            {
                open.From.Add("$ref", "", _builder.Build(place.Value.Schema, place.Value.Base).Holds);
            }
            else
            {
                var shown = JsonValue.Shown(open.Reference);
                open.From.Add("$ref", $"cannot be checked: the schema refers to \"{shown}\", which is not in it", (_, _) => false);
            }
        }
    }

    private (JsonValue Schema, string Base)? Find(string uri)
    {
        if (_named.TryGetValue(uri, out var named))
            return named;

        var fragment = uri.IndexOf('#', StringComparison.Ordinal);
        if (fragment < 0 || uri[(fragment + 1)..] is not ['/', .. var pointer] || !_named.TryGetValue(uri[..fragment], out var place))
            return null;

        foreach (var segment in Uri.UnescapeDataString(pointer).Split('/'))
        {
            var name = segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (Step(place.Schema, name) is not { } next)
                return null;

            var hasId = next.Kind == JsonValueKind.Object && Step(next, "$ref") is null;
            place = (next, hasId && Step(next, "$id") is { Kind: JsonValueKind.String } id ? Name(next, id.Text, place.Base) : place.Base);
        }

        return place;
    }

    private JsonValue? Step(JsonValue value, string name)
    {
        if (!_parts.TryGetValue(value.Row, out var parts))
        {
            _parts.Add(value.Row, parts = new Dictionary<string, JsonValue>(StringComparer.Ordinal));
            foreach (var (part, itself) in PartsOf(value))
                parts[part] = itself;
        }

        return parts.TryGetValue(name, out var found) ? found : null;
    }

    private static IEnumerable<(string Name, JsonValue Value)> PartsOf(JsonValue value) => value.Kind switch
    {
        JsonValueKind.Object => value.Members.Select(member => (member.Name.Text, member.Value)),
        JsonValueKind.Array => value.Items.Select((item, index) => (index.ToString(CultureInfo.InvariantCulture), item)),
        _ => [],
    };

    private static string Absolute(string reference, string within)
    {
        if (reference.StartsWith('#'))
            return reference == "#" ? within : within + reference;
        return Uri.TryCreate(new Uri(within), reference, out var uri)
            ? uri.OriginalString.TrimEnd('#') is var text && Uri.TryCreate(text, UriKind.Absolute, out var absolute) ? absolute.AbsoluteUri : text
            : throw new ArgumentException($"\"{JsonValue.Shown(reference)}\" is no URI");
    }
}

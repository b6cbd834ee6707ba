using System.Text.Json;

namespace KvsRecords.Stores;

/// <summary>A place in a schema that is being read: its value, its path, and the list of its mistakes.</summary>
internal sealed class SchemaPlace(JsonElement json, string path, ICollection<string> problems)
{
    public JsonElement Json => json;

    public SchemaPlace Member(JsonProperty member) => new(member.Value, $"{path}.{member.Name}", problems);

    public SchemaPlace? Optional(string name) =>
        json.TryGetProperty(name, out var value) ? new SchemaPlace(value, $"{path}.{name}", problems) : null;

    public SchemaPlace? Required(string name)
    {
        var member = Optional(name);
        if (member is null)
            problems.Add($"{path}.{name}: missing; it is required");
        return member;
    }

    public bool MustBe(bool holds, string allowed)
    {
        if (!holds)
            problems.Add($"{path}: {Shortened()} is not allowed; allowed: {allowed}");
        return holds;
    }

    public bool IsObject() => MustBe(json.ValueKind == JsonValueKind.Object, "an object");

    public string? Text(string allowed = "a string", Func<string, bool>? holds = null)
    {
        var text = TextOf(json);
        return MustBe(text is not null && holds?.Invoke(text) != false, allowed) ? text : null;
    }

    public string? NonEmptyText() => Text("a string that is not empty", text => text.Length > 0);

    public IReadOnlyList<string>? UniqueTexts()
    {
        const string Allowed = "a list of one or more different strings";
        if (!MustBe(json.ValueKind == JsonValueKind.Array, Allowed))
            return null;

        var texts = json.EnumerateArray().Select(TextOf).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return MustBe(texts.Count > 0 && texts.Count == json.GetArrayLength(), Allowed) ? texts : null;
    }

    private static string? TextOf(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString() : null;

    private string Shortened()
    {
        var text = json.GetRawText();
        return text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");
    }
}

using System.Text.Json;

namespace KvsRecords.Stores;

/// <summary>A place in a schema that is being read: its value, its path, and where its mistakes are told.</summary>
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

    public string? Text() => MustBe(json.ValueKind == JsonValueKind.String, "a string") ? json.GetString() : null;

    public string? NonEmptyText() =>
        MustBe(json.ValueKind == JsonValueKind.String && !json.ValueEquals(""), "a string that is not empty") ? json.GetString() : null;

    public IReadOnlyList<string>? UniqueTexts()
    {
        const string Allowed = "a list of one or more different strings";
        if (!MustBe(json.ValueKind == JsonValueKind.Array, Allowed))
            return null;

        var items = json.EnumerateArray().ToList();
        if (!MustBe(items.Count > 0 && items.All(item => item.ValueKind == JsonValueKind.String), Allowed))
            return null;

        var texts = items.ConvertAll(item => item.GetString()!);
        return MustBe(texts.Distinct(StringComparer.Ordinal).Count() == texts.Count, Allowed) ? texts : null;
    }

    private string Shortened()
    {
        var text = json.GetRawText();
        return text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");
    }
}

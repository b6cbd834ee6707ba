using System.Text.Json;
using System.Text.Json.Serialization;

namespace KvsRecords.Server.Settings;

/// <summary>Reads what a flag would say, so that the same check, with the same message, applies to it wherever it stands.</summary>
internal abstract class TextConverter : JsonConverter<string?>
{
    public sealed override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return TextOf(json.RootElement) ?? throw new JsonException($"{json.RootElement.GetRawText()} is not allowed here; allowed: {Allowed}");
    }

    public sealed override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();

    protected abstract string Allowed { get; }

    /// <returns>The text; null when it is something else.</returns>
    protected abstract string? TextOf(JsonElement json);

    protected static string? Scalar(JsonElement json) => json.ValueKind is JsonValueKind.String or JsonValueKind.Number ? json.ToString() : null;
}

/// <summary>Reads one text or number.</summary>
internal sealed class ScalarConverter : TextConverter
{
    protected override string Allowed => "a text or a number";

    protected override string? TextOf(JsonElement json) => Scalar(json);
}

/// <summary>Reads the rate limit in each form that a person may write it: <c>"off"</c>, <c>60</c>, or an object with the number.</summary>
internal sealed class RateLimitConverter : TextConverter
{
    private const string Member = "RequestsPerSecondPerStore";

    protected override string Allowed => $"a number, \"service\", \"off\", or an object with the one member {Member}";

    protected override string? TextOf(JsonElement json) =>
        json.ValueKind != JsonValueKind.Object ? Scalar(json)
        : json.EnumerateObject().ToList() is [var only] && string.Equals(only.Name, Member, StringComparison.OrdinalIgnoreCase) ? Scalar(only.Value)
        : null;
}

/// <summary>Reads a list as an array of texts, or as one text separated by commas, as a flag has it.</summary>
internal sealed class ListConverter : TextConverter
{
    protected override string Allowed => "a list of texts";

    protected override string? TextOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.String ? json.GetString() : Texts(json) is { } texts ? string.Join(',', texts) : null;

    internal static List<string>? Texts(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. json.EnumerateArray().Select(item => item.GetString()!)]
            : null;
}

/// <summary>Reads a list of texts in which a comma is a character like any other. What is wrong is not repeated: it may be a secret.</summary>
internal sealed class TextsConverter : JsonConverter<List<string>?>
{
    public override List<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return ListConverter.Texts(json.RootElement) ?? throw new JsonException("Only a list of texts is allowed here.");
    }

    public override void Write(Utf8JsonWriter writer, List<string>? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

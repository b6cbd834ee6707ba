using System.Text.Json;
using System.Text.Json.Serialization;

namespace KvsRecords.Server.Settings;

/// <summary>
/// Reads what a flag would say, so that the same check, with the same message, applies to it wherever it stands. What cannot be meant
/// is taken as it is written, and refused by that check together with all other problems.
/// </summary>
internal sealed class ScalarConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.ToString();
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads the rate limit in each form that a person may write it: <c>"off"</c>, <c>60</c>, or an object with the number.</summary>
internal sealed class RateLimitConverter : JsonConverter<string?>
{
    private const string Member = "RequestsPerSecondPerStore";

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.ValueKind == JsonValueKind.Object
            && json.RootElement.EnumerateObject().ToList() is [var only]
            && string.Equals(only.Name, Member, StringComparison.OrdinalIgnoreCase)
                ? only.Value.ToString()
                : json.RootElement.ToString();
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads a list as an array of texts, or as one text separated by commas, as a flag has it.</summary>
internal sealed class ListConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.ValueKind == JsonValueKind.Array
            ? string.Join(',', json.RootElement.EnumerateArray())
            : json.RootElement.ToString();
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads one text, or a list of them, in which a comma is a character like any other.</summary>
internal sealed class OneOrMoreConverter : JsonConverter<List<string>?>
{
    public override List<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.ValueKind == JsonValueKind.Array
            ? [.. json.RootElement.EnumerateArray().Select(item => item.ToString())]
            : [json.RootElement.ToString()];
    }

    public override void Write(Utf8JsonWriter writer, List<string>? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads a list of texts in which a comma is a character like any other; null stands for what is no text. It may be a secret.</summary>
internal sealed class TextsConverter : JsonConverter<List<string?>?>
{
    public override List<string?>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.ValueKind == JsonValueKind.Array
            ? [.. json.RootElement.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : null)]
            : [null];
    }

    public override void Write(Utf8JsonWriter writer, List<string?>? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads a secret; what is none is taken for an empty one, and never repeated.</summary>
internal sealed class SecretConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return json.RootElement.ValueKind == JsonValueKind.String ? json.RootElement.GetString() : "";
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

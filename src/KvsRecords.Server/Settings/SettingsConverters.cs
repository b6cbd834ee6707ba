using System.Text.Json;
using System.Text.Json.Serialization;

namespace KvsRecords.Server.Settings;

/// <summary>Reads the rate limit in each form that a person may write it: <c>"off"</c>, <c>60</c>, or an object with the number.</summary>
internal sealed class RateLimitConverter : JsonConverter<string?>
{
    private const string Member = "RequestsPerSecondPerStore";

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        var value = json.RootElement;
        if (value.ValueKind == JsonValueKind.Object)
        {
            var members = value.EnumerateObject().ToList();
            if (members.Count != 1 || !string.Equals(members[0].Name, Member, StringComparison.OrdinalIgnoreCase))
                throw new JsonException($"The only member that is allowed here is {Member}.");
            value = members[0].Value;
        }

        return value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString()
            : throw new JsonException("A number, \"service\" or \"off\" is allowed here.");
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Reads a list as an array of strings, or as one string separated by commas, as a flag has it.</summary>
internal sealed class ListConverter : JsonConverter<string?>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        var value = json.RootElement;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            return string.Join(',', value.EnumerateArray().Select(item => item.GetString()));
        throw new JsonException("A list of strings is allowed here.");
    }

    public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

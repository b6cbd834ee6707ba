using System.Text.Json;
using System.Text.Json.Serialization;

namespace KvsRecords.Server.Settings;

/// <summary>
/// Reads a setting in the file as its flag would be written, so that one check, with one message, applies wherever it stands. A value of
/// another kind is taken as it is written, and refused by that check together with all other problems.
/// </summary>
internal abstract class FileConverter<T> : JsonConverter<T?>
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return Of(json.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options) => throw new NotSupportedException();

    protected abstract T? Of(JsonElement json);
}

/// <summary>Reads the values of a setting. In several values, a comma is a character like any other.</summary>
internal sealed class SettingConverter(Setting setting) : FileConverter<List<string>>
{
    protected override List<string> Of(JsonElement json) => (setting.Kind, json.ValueKind) switch
    {
        (SettingKind.Several, JsonValueKind.Array) => [.. json.EnumerateArray().Select(item => item.ToString())],
        (SettingKind.List, JsonValueKind.Array) => [string.Join(',', json.EnumerateArray())],

        // A secret is never repeated.
        (SettingKind.Secret, not JsonValueKind.String) => [""],
        (_, JsonValueKind.Object) when json.EnumerateObject().ToList() is [var only]
            && only.Name.Equals(setting.Inner, StringComparison.OrdinalIgnoreCase) => [only.Value.ToString()],
        _ => [json.ToString()],
    };
}

/// <summary>Reads a text.</summary>
internal sealed class ScalarConverter : FileConverter<string>
{
    protected override string Of(JsonElement json) => json.ToString();
}

/// <summary>Reads a list of texts; null stands for what is no text. It may be a secret.</summary>
internal sealed class TextsConverter : FileConverter<List<string?>>
{
    protected override List<string?> Of(JsonElement json) => json.ValueKind == JsonValueKind.Array
        ? [.. json.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : null)]
        : [null];
}

/// <summary>Reads a secret; what is none is taken for an empty one, and never repeated.</summary>
internal sealed class SecretConverter : FileConverter<string>
{
    protected override string? Of(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString() : "";
}

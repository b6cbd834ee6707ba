using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace KvsRecords.Server.Settings;

/// <summary>An object of the configuration file, as it is written. It is checked later, together with the other settings.</summary>
internal abstract class FileSection
{
    /// <summary>The members that mean nothing.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>The configuration file.</summary>
internal sealed class SettingsFile : FileSection
{
    private static readonly JsonSerializerOptions Options = new(SettingsFileContext.Default.Options)
    {
        TypeInfoResolver = SettingsFileContext.Default.WithAddedModifier(AddSettings),
    };

    public SettingsSection? KvsRecords { get; set; }

    /// <exception cref="JsonException">It is malformed; the message says where.</exception>
    public static SettingsFile? Parse(string json) => (SettingsFile?)JsonSerializer.Deserialize(json, Options.GetTypeInfo(typeof(SettingsFile)));

    /// <summary>Lists the members that an object of the file may have.</summary>
    public static IEnumerable<string> MembersOf(FileSection section) =>
        Options.GetTypeInfo(section.GetType()).Properties.Where(member => !member.IsExtensionData).Select(member => member.Name);

    // Each row of the table of settings is a member of the section.
    private static void AddSettings(JsonTypeInfo type)
    {
        if (type.Type != typeof(SettingsSection))
            return;

        var index = 0;
        foreach (var setting in Setting.All.Where(setting => setting.Member.Length > 0))
        {
            type.Properties.Insert(index++, JsonMetadataServices.CreatePropertyInfo(type.Options, new JsonPropertyInfoValues<List<string>?>
            {
                IsProperty = true,
                IsPublic = true,
                DeclaringType = typeof(SettingsSection),
                PropertyName = setting.Member,
                Converter = new SettingConverter(setting),
                Setter = (section, texts) => ((SettingsSection)section).Take(setting, texts),
            }));
        }
    }
}

internal sealed class SettingsSection : FileSection
{
    private readonly Dictionary<Setting, List<string>> _values = [];

    public List<UserSection>? Users { get; set; }

    public List<StoreSection>? Stores { get; set; }

    public List<RunSection>? Runs { get; set; }

    /// <summary>Lists the settings that are given, each with its values as a flag would have them.</summary>
    public IEnumerable<KeyValuePair<Setting, List<string>>> Given() => _values;

    public void Take(Setting setting, List<string>? texts)
    {
        if (texts is not null)
            _values[setting] = texts;
    }
}

internal sealed class UserSection : FileSection
{
    public string? Id { get; set; }

    public string? Username { get; set; }

    [JsonConverter(typeof(TextsConverter))]
    public List<string?>? Tokens { get; set; }

    public string? GeneralAccess { get; set; }
}

internal sealed class StoreSection : FileSection
{
    public string? Name { get; set; }

    public string? Id { get; set; }

    public string? Owner { get; set; }

    public string? GeneralAccess { get; set; }

    [JsonConverter(typeof(TextsConverter))]
    public List<string?>? SharedWith { get; set; }

    [JsonConverter(typeof(SecretConverter))]
    public string? UrlSigningSecretKey { get; set; }

    public JsonElement? Schema { get; set; }

    public string? SchemaFile { get; set; }
}

internal sealed class RunSection : FileSection
{
    public string? Id { get; set; }

    public string? DefaultKeyValueStoreId { get; set; }

    public string? ActorId { get; set; }

    public string? ActorTaskId { get; set; }

    public string? Status { get; set; }

    public string? Origin { get; set; }

    public string? StartedAt { get; set; }
}

[JsonSerializable(typeof(SettingsFile))]
[JsonSerializable(typeof(List<string>))]
[JsonSourceGenerationOptions(
    PropertyNameCaseInsensitive = true,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    Converters = [typeof(ScalarConverter)])]
internal sealed partial class SettingsFileContext : JsonSerializerContext;

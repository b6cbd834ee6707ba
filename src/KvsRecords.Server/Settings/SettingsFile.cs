using System.Text.Json;
using System.Text.Json.Serialization;

namespace KvsRecords.Server.Settings;

/// <summary>The configuration file, as it is written. What it says is checked later, together with the other settings.</summary>
internal sealed class SettingsFile
{
    public SettingsSection? KvsRecords { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

internal sealed class SettingsSection
{
    public string? Storage { get; set; }

    public string? Host { get; set; }

    public int? Port { get; set; }

    [JsonConverter(typeof(RateLimitConverter))]
    public string? RateLimit { get; set; }

    [JsonConverter(typeof(ListConverter))]
    public string? AllowedHosts { get; set; }

    [JsonConverter(typeof(ListConverter))]
    public string? AllowedOrigins { get; set; }

    public string? PublicUrl { get; set; }

    public string? LogLevel { get; set; }

    public double? ShutdownTimeout { get; set; }

    public List<UserSection>? Users { get; set; }

    public List<StoreSection>? Stores { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

internal sealed class UserSection
{
    public string? Id { get; set; }

    public string? Username { get; set; }

    public List<string>? Tokens { get; set; }

    public string? GeneralAccess { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

internal sealed class StoreSection
{
    public string? Name { get; set; }

    public string? Id { get; set; }

    public string? Owner { get; set; }

    public string? GeneralAccess { get; set; }

    public List<string>? SharedWith { get; set; }

    public string? UrlSigningSecretKey { get; set; }

    public JsonElement? Schema { get; set; }

    public string? SchemaFile { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

[JsonSerializable(typeof(SettingsFile))]
[JsonSourceGenerationOptions(
    PropertyNameCaseInsensitive = true,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
internal sealed partial class SettingsFileContext : JsonSerializerContext;

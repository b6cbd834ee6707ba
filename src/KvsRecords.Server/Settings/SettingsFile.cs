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
    [JsonConverter(typeof(ScalarConverter))]
    public string? Data { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? Storage { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? Ephemeral { get; set; }

    [JsonConverter(typeof(OneOrMoreConverter))]
    public List<string>? Seed { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? InputKey { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? Host { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? Port { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? MaxRecordSize { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? MaxSchemaTokens { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? MaxDownloads { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? ExpireUnnamed { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? AllowReset { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? Emulator { get; set; }

    [JsonConverter(typeof(SecretConverter))]
    public string? EmulatorToken { get; set; }

    [JsonConverter(typeof(RateLimitConverter))]
    public string? RateLimit { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? ErrorNames { get; set; }

    [JsonConverter(typeof(ListConverter))]
    public string? AllowedHosts { get; set; }

    [JsonConverter(typeof(ListConverter))]
    public string? AllowedOrigins { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? PublicUrl { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? LogLevel { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? ShutdownTimeout { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? ExitWithParent { get; set; }

    public List<UserSection>? Users { get; set; }

    public List<StoreSection>? Stores { get; set; }

    public List<RunSection>? Runs { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

internal sealed class UserSection
{
    [JsonConverter(typeof(ScalarConverter))]
    public string? Id { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? Username { get; set; }

    [JsonConverter(typeof(TextsConverter))]
    public List<string?>? Tokens { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? GeneralAccess { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

internal sealed class StoreSection
{
    [JsonConverter(typeof(ScalarConverter))]
    public string? Name { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? Id { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? Owner { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? GeneralAccess { get; set; }

    [JsonConverter(typeof(TextsConverter))]
    public List<string?>? SharedWith { get; set; }

    [JsonConverter(typeof(SecretConverter))]
    public string? UrlSigningSecretKey { get; set; }

    public JsonElement? Schema { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? SchemaFile { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

internal sealed class RunSection
{
    [JsonConverter(typeof(ScalarConverter))]
    public string? Id { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? DefaultKeyValueStoreId { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? ActorId { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? ActorTaskId { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? Status { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? Origin { get; set; }

    [JsonConverter(typeof(ScalarConverter))]
    public string? StartedAt { get; set; }

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

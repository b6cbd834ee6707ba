using System.Text.Json.Serialization;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Rules as JSON.</summary>
[JsonSerializable(typeof(FaultRule))]
[JsonSerializable(typeof(IReadOnlyList<FaultState>))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    AllowDuplicateProperties = false)]
internal sealed partial class FaultContext : JsonSerializerContext;

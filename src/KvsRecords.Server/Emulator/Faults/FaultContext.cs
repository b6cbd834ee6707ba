using System.Text.Json.Serialization;
using KvsRecords.Emulator;
using KvsRecords.Server.Responses;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Rules as JSON.</summary>
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(Enveloped<IReadOnlyList<FaultState>>))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(FaultEffectConverter)])]
internal sealed partial class FaultContext : JsonSerializerContext;

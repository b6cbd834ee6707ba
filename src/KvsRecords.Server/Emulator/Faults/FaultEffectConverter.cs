using System.Text.Json;
using System.Text.Json.Serialization;
using KvsRecords.Emulator;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Reads and writes effects by their names in the documentation: <c>abort-before-end</c>.</summary>
internal sealed class FaultEffectConverter() : JsonStringEnumConverter<FaultEffect>(Naming, allowIntegerValues: false)
{
    private static readonly JsonNamingPolicy Naming = JsonNamingPolicy.KebabCaseLower;

    public static string NameOf(FaultEffect effect) => Naming.ConvertName(effect.ToString());
}

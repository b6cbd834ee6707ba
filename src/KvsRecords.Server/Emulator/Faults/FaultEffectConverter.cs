using System.Text.Json;
using System.Text.Json.Serialization;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>What goes wrong, where it is more than an error, a delay or a slow body.</summary>
[JsonConverter(typeof(FaultEffectConverter))]
internal enum FaultEffect
{
    /// <summary>Nothing is done, and the connection is closed without an answer.</summary>
    Refuse,

    /// <summary>The request is carried out, and the connection is reset before its answer.</summary>
    AbortBeforeHeaders,

    /// <summary>The connection is closed after so many bytes of the body.</summary>
    Abort,

    /// <summary>The connection is closed before the end of the archive, or before the last byte of any other body.</summary>
    AbortBeforeEnd,

    /// <summary>The right length is announced, also where it would not be, and fewer bytes are sent.</summary>
    Truncate,

    /// <summary>After so many bytes of the body comes what is no chunk.</summary>
    MalformedChunk,

    /// <summary>After so many bytes of the body nothing comes any more, and the connection stays open.</summary>
    Stall,

    /// <summary>The CRC-32 of an archive's first file is wrong.</summary>
    WrongCrc,

    /// <summary>The token, or else the signature, counts as expired.</summary>
    Expired,

    /// <summary>The list of keys and the archive are as they were before the last write.</summary>
    Stale,
}

/// <summary>Effects by their names in the documentation: <c>abort-before-end</c>.</summary>
internal sealed class FaultEffectConverter() : JsonStringEnumConverter<FaultEffect>(Naming, allowIntegerValues: false)
{
    private static readonly JsonNamingPolicy Naming = JsonNamingPolicy.KebabCaseLower;

    public static string NameOf(FaultEffect effect) => Naming.ConvertName(effect.ToString());
}

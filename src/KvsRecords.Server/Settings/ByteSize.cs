using System.Globalization;

namespace KvsRecords.Server.Settings;

/// <summary>A number of bytes as people write it: <c>1048576</c>, <c>64MB</c>, <c>5GiB</c>, in any case.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("B", 1), ("", 1),
    ];

    public static bool TryParse(string text, out long bytes)
    {
        var (unit, factor) = Units.First(candidate => text.EndsWith(candidate.Unit, StringComparison.OrdinalIgnoreCase));
        var isNumber = long.TryParse(text[..^unit.Length].TrimEnd(' '), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        bytes = isNumber && number <= long.MaxValue / factor ? number * factor : 0;
        return bytes > 0;
    }

    /// <summary>As a person reads it: to three digits or so.</summary>
    public static string Shown(long bytes) => Units[4..8].Reverse().FirstOrDefault(unit => bytes >= unit.Bytes) is { Bytes: > 0 } unit
        ? string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / unit.Bytes:0.#} {unit.Unit}")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
}

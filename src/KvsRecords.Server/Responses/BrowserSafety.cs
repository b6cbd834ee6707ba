using System.Text.RegularExpressions;

namespace KvsRecords.Server.Responses;

/// <summary>
/// Decides which answers a browser may open as they are. Everything else (HTML, SVG, XML, a header that browsers read otherwise than this
/// server) could run a script in this server's origin, with its stores in reach: a sandbox keeps it from that, and changes no byte.
/// </summary>
internal static partial class BrowserSafety
{
    /// <summary>The policy of an answer that could run a script: no script runs, and the document belongs to no origin.</summary>
    public const string Sandbox = "sandbox";

    // A closed list: a type that is missing here is shown in a sandbox, and a type too many could be run.
    private static readonly HashSet<string> HarmlessTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "text/plain", "application/json", "application/pdf",
        "image/apng", "image/avif", "image/bmp", "image/gif", "image/heic", "image/heif", "image/jpeg", "image/jxl", "image/png", "image/tiff",
        "image/vnd.microsoft.icon", "image/webp", "image/x-icon",
        "audio/aac", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm", "audio/x-wav",
        "video/mp4", "video/mpeg", "video/ogg", "video/quicktime", "video/webm", "video/x-matroska",
    };

    /// <summary>Tells whether a whole <c>Content-Type</c> is one type of the list, at most with a charset.</summary>
    public static bool IsHarmless(string? contentType) =>
        contentType is not null && TypeAndCharset().Match(contentType) is { Success: true } match && HarmlessTypes.Contains(match.Groups[1].Value);

    [GeneratedRegex("""\A([a-z]+/[a-z0-9.-]+)(?: *; *charset=[a-z0-9._-]+)?\z""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TypeAndCharset();
}

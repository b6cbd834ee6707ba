namespace KvsRecords.Server.Http;

/// <summary>
/// Which records a browser may open as they are. Everything else (HTML, SVG, XML, what has no type) could run what is in it, in the
/// name of this server and with its stores in reach: a sandbox of its own keeps it from that, and changes nothing of its bytes.
/// </summary>
internal static class BrowserSafety
{
    private static readonly string[] HarmlessKinds = ["image/", "audio/", "video/"];

    public static bool IsHarmless(string contentType)
    {
        var parameters = contentType.IndexOf(';');
        var type = (parameters < 0 ? contentType : contentType[..parameters]).Trim().ToLowerInvariant();
        return type switch
        {
            "text/plain" or "application/json" or "application/pdf" => true,
            _ when type.EndsWith("+xml", StringComparison.Ordinal) => false,
            _ => HarmlessKinds.Any(kind => type.StartsWith(kind, StringComparison.Ordinal)),
        };
    }
}

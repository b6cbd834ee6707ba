using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Http;

/// <summary>The header <c>Range</c>, before the framework looks at it.</summary>
internal static class RangeHeader
{
    /// <summary>
    /// A unit that is not understood MUST be ignored (RFC 9110, section 14.2): the framework takes any for bytes.
    /// </summary>
    public static void DropOtherUnits(HttpRequest request)
    {
        if (!request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            request.Headers.Remove(HeaderNames.Range);
    }
}

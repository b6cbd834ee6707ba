using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Responses;

/// <summary>
/// The conditions of a request for a file, before the framework looks at them. The framework ignores what it cannot read, and takes a date
/// for as good as an <c>ETag</c>: a part of another version would then be joined to what the client has.
/// </summary>
/// <remarks>
/// Source: RFC 9110, sections 13.1 and 14.2. A date is never a strong validator here, since a record can change twice within a second.
/// </remarks>
internal static class Conditions
{
    // An entity tag that is well-formed and that no file has.
    private const string NoFile = "\"\"";

    /// <summary>
    /// MUST leave a <c>Range</c> only where no condition speaks against it: in bytes; beside no <c>If-Range</c>, or exactly one that is
    /// <paramref name="tag"/>, character by character; and beside no condition that cannot be read. MUST let an <c>If-Match</c> that cannot
    /// be read fail. Without a <c>Range</c>, a condition that cannot be read is ignored, and the file is sent whole.
    /// </summary>
    /// <param name="request">The request, whose headers are changed.</param>
    /// <param name="tag">The strong validator of the file; null: it has none.</param>
    public static void Prepare(HttpRequest request, EntityTagHeaderValue? tag)
    {
        var headers = request.Headers;
        if (!IsReadable(headers.IfMatch))
            headers.IfMatch = NoFile;

        var isRange = headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)
            && (headers.IfRange.Count == 0 || (headers.IfRange.Count == 1 && headers.IfRange == tag?.ToString()))
            && IsReadable(headers.IfNoneMatch)
            && (headers.IfUnmodifiedSince.Count == 0 || headers.IfMatch.Count > 0);
        if (!isRange)
            headers.Remove(HeaderNames.Range);
    }

    /// <summary>
    /// Answers an <c>If-Match</c> for a file without a validator, which cannot be the one that is asked for: the framework compares only
    /// where there is one.
    /// </summary>
    /// <returns>True when it is answered, with 412.</returns>
    public static bool RefuseUnnamed(HttpContext context)
    {
        var ifMatch = context.Request.Headers.IfMatch;
        if (ifMatch.Count == 0 || ifMatch == "*")
            return false;

        context.Response.StatusCode = StatusCodes.Status412PreconditionFailed;
        return true;
    }

    private static bool IsReadable(StringValues tags) => tags.Count == 0 || EntityTagHeaderValue.TryParseStrictList(tags, out _);
}

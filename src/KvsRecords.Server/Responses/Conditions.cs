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

    private static readonly string[] Names =
    [
        HeaderNames.Range, HeaderNames.IfRange, HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince,
        HeaderNames.IfUnmodifiedSince,
    ];

    /// <summary>Tells whether a request has conditions or a range.</summary>
    public static bool AreIn(HttpRequest request) => Names.Any(request.Headers.ContainsKey);

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
    /// Answers the conditions for a file without a validator, which the framework does not compare: none is the one of an <c>If-Match</c>,
    /// and <c>*</c> is any.
    /// </summary>
    /// <returns>True when it is answered, with 412 or 304.</returns>
    public static bool AnswerUnnamed(HttpContext context)
    {
        var headers = context.Request.Headers;
        int? status = headers.IfMatch.Count > 0 && headers.IfMatch != "*" ? StatusCodes.Status412PreconditionFailed
            : headers.IfNoneMatch == "*" ? StatusCodes.Status304NotModified
            : null;
        context.Response.StatusCode = status ?? context.Response.StatusCode;
        return status is not null;
    }

    /// <summary>
    /// Tells whether a part of a file is going to be sent, if it is made for that: one range that is not all of it, beside conditions that
    /// hold (RFC 9110, 13.2.2).
    /// </summary>
    public static bool AskForPart(HttpRequest request, EntityTagHeaderValue tag, DateTimeOffset lastModified)
    {
        var headers = request.GetTypedHeaders();
        if (!HttpMethods.IsGet(request.Method) || headers.Range is not { Ranges: { Count: 1 } ranges } || ranges.First() is { From: 0, To: null })
            return false;

        // As a header has it.
        lastModified = lastModified.AddTicks(-(lastModified.UtcTicks % TimeSpan.TicksPerSecond));
        var isRight = request.Headers.IfMatch.Count > 0
            ? headers.IfMatch.Any(one => one.Tag == "*" || one.Compare(tag, useStrongComparison: true))
            : headers.IfUnmodifiedSince is not { } until || lastModified <= until;
        var isNew = request.Headers.IfNoneMatch.Count > 0
            ? !headers.IfNoneMatch.Any(one => one.Tag == "*" || one.Compare(tag, useStrongComparison: false))
            : headers.IfModifiedSince is not { } since || lastModified > since;
        return isRight && isNew;
    }

    private static bool IsReadable(StringValues tags) => tags.Count == 0 || EntityTagHeaderValue.TryParseStrictList(tags, out _);
}

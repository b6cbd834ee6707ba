using KvsRecords.Stores;
using Microsoft.AspNetCore.Http.Features;

namespace KvsRecords.Server.Requests;

/// <summary>
/// The key of a record in a URL, which is its last segment. Routing leaves an encoded slash as it is, so it could not tell the key
/// <c>a/b</c> from the key <c>a%2Fb</c>: the URL is read as it came.
/// </summary>
internal static class KeyInPath
{
    public static RecordKey Of(HttpContext context)
    {
        var path = RawPathOf(context).TrimEnd('/');
        var segment = path[(path.LastIndexOf('/') + 1)..];

        // A segment that cannot be decoded is the key of no record, and none that can be written.
        return new RecordKey(PercentEncoding.TryDecode(segment, out var key) ? key : segment);
    }

    /// <summary>Gives the path of a request as it came, without the query.</summary>
    public static string RawPathOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }
}

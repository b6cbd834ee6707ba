using System.Net;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// The web pages that may call. The development token is well known, so by default only pages that this machine itself serves may.
/// </summary>
internal static class Origins
{
    // Browsers keep the answer to a preflight for a while, so that not every request needs one.
    private static readonly TimeSpan PreflightAge = TimeSpan.FromMinutes(10);

    public static void AddOrigins(this IServiceCollection services, IReadOnlyList<string>? allowed) =>
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .SetIsOriginAllowed(origin => IsAllowed(origin, allowed))
            .WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Put, HttpMethods.Post, HttpMethods.Delete)
            .AllowAnyHeader()
            .WithExposedHeaders(
                HeaderNames.AcceptRanges, HeaderNames.ContentDisposition, HeaderNames.ContentLength, HeaderNames.ContentRange, HeaderNames.ETag,
                HeaderNames.Location, HeaderNames.RetryAfter, CommonHeaders.RateLimit)
            .SetPreflightMaxAge(PreflightAge)));

    internal static bool IsAllowed(string origin, IReadOnlyList<string>? allowed) =>
        allowed is null
            ? Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && IsLoopback(uri.Host)
            : allowed.Any(one => one == "*" || string.Equals(one.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase));

    /// <summary>Tells whether every page may call, whatever its origin.</summary>
    internal static bool AreAllAllowed(IReadOnlyList<string>? allowed) => allowed?.Contains("*") == true;

    private static bool IsLoopback(string host) =>
        host == "localhost"
        || host.EndsWith(".localhost", StringComparison.Ordinal)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}

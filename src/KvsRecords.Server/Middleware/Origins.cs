using System.Net;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Middleware;

/// <summary>Which web pages may call. The development token is well known, so by default only those that this machine itself serves.</summary>
internal static class Origins
{
    // What a preflight says holds for a while, so that not each request needs one.
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

    /// <summary>Whether every page may call, without a look at its origin.</summary>
    internal static bool AreAllAllowed(IReadOnlyList<string>? allowed) => allowed?.Contains("*") == true;

    private static bool IsLoopback(string host) =>
        host == "localhost"
        || host.EndsWith(".localhost", StringComparison.Ordinal)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}

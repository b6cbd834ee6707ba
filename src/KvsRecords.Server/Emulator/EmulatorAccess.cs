using System.Net;
using System.Security.Cryptography;
using System.Text;
using KvsRecords.Emulator;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Emulator;

/// <summary>
/// Decides who may steer the server: a caller who may could set the clock, so that expired signatures are good again, list ids, and delete
/// stores.
/// </summary>
internal static class EmulatorAccess
{
    private const string Open = "open";
    private const string Off = "off";
    private const string Closed = "closed";
    private const string Token = "token";

    // The headers that proxies add to a request that they forward. Each stands for all headers that begin with it.
    private static readonly string[] OfProxies =
    [
        "X-Original-", "X-Real-", "X-Client-", "X-Cluster-", "X-Envoy-", "X-Amzn-", "X-Remote-", "X-Arr-", "X-Azure-", "X-Appengine-",
        "X-Cloud-Trace-", "Via", "CF-", "CDN-", "Fastly-", "True-Client-", "Akamai-", "X-Akamai-", "Ali-Cdn-", "Fly-", "Incap-", "X-Nf-",
        "X-Vercel-", "X-Varnish", "Surrogate-", "X-Host", "X-Scheme", "X-Url-Scheme", "X-Request-Start", "Front-End-Https",
    ];

    // A part of the name of such a header, whatever the maker of the proxy puts before and after it.
    private static readonly string[] InNamesOfProxies = ["Forwarded", "Proxy", "Client-IP", "Connecting-IP", "Real-IP"];

    /// <summary>Lets only callers who may steer the server reach the endpoints of a group.</summary>
    public static RouteGroupBuilder ForSteering(this RouteGroupBuilder group) => group
        .AddEndpointFilter(async (call, next) => Refusal(call.HttpContext) is { } error ? new ErrorEnvelope(error) : await next(call))
        .Refuses(ApiError.EmulatorOff, ApiError.EmulatorForThisMachine, ApiError.EmulatorTokenNeeded);

    /// <summary>Decides for the caller of a request: <c>open</c>, <c>off</c>, <c>closed</c> or <c>token</c>.</summary>
    public static string Decide(HttpContext context, ServerOptions options) => options.Emulator switch
    {
        EmulatorMode.On => Open,
        EmulatorMode.Off => Off,
        _ when IsOfThisMachine(context) => Open,
        _ when options.EmulatorToken is null => Closed,
        _ => IsSame(ApiRequest.BearerToken(context.Request), options.EmulatorToken!) ? Open : Token,
    };

    private static ApiError? Refusal(HttpContext context) =>
        Decide(context, context.RequestServices.GetRequiredService<ServerOptions>()) switch
        {
            Open => null,
            Off => ApiError.EmulatorOff,
            Closed => ApiError.EmulatorForThisMachine,
            _ => ApiError.EmulatorTokenNeeded,
        };

    /// <summary>
    /// Tells whether a request was made on this machine and was not forwarded by a proxy here. A proxy that hides everything, even the
    /// <c>Host</c>, looks like a caller.
    /// </summary>
    private static bool IsOfThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer && IsLoopback(peer)
        && IsLoopback(context.Request.Host.Host)
        && !context.Request.Headers.Keys.Any(IsOfProxy);

    // A proxy before this one may have turned the hyphens into underscores, for the name of a variable.
    private static bool IsOfProxy(string header)
    {
        var name = header.Replace('_', '-');
        return OfProxies.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            || InNamesOfProxies.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
    }

    internal static bool IsLoopback(string host)
    {
        host = host.EndsWith('.') ? host[..^1] : host;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IsLoopback(address));
    }

    // Where the server listens on every address, an IPv4 address arrives in the form of IPv6.
    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    // Hashes have the same length, so the time does not say how long the token is.
    private static bool IsSame(string? sent, string token) =>
        sent is not null && CryptographicOperations.FixedTimeEquals(Hash(sent), Hash(token));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

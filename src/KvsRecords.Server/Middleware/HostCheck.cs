using System.Net;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// Refuses host names under which a page from elsewhere could reach this server (DNS rebinding). An attacker needs a name with a dot for
/// it; addresses, <c>localhost</c> and names without a dot, such as a compose service's, cannot be used.
/// </summary>
internal static class HostCheck
{
    private const string DockerHost = "host.docker.internal";

    public static void UseHostCheck(this WebApplication app, ServerOptions options) => app.Use(async (context, next) =>
    {
        var host = context.Request.Host.Host;
        if (IsAllowed(host, options))
            await next(context);
        else
            await new ErrorEnvelope(ApiError.HostNotAllowed(host)).ExecuteAsync(context);
    });

    internal static bool IsAllowed(string host, ServerOptions options)
    {
        host = host.TrimEnd('.');
        return !host.Contains('.')
            || IPAddress.TryParse(host, out _)
            || IsBelow(host, "localhost")
            || Same(host, DockerHost)
            || Same(host, options.PublicUrl?.Host ?? "")
            || options.AllowedHosts.Any(allowed => allowed == "*" || Same(host, allowed)
                || (allowed.StartsWith("*.", StringComparison.Ordinal) && IsBelow(host, allowed[2..])));
    }

    private static bool Same(string host, string name) => string.Equals(host, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsBelow(string host, string name) => host.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase);
}

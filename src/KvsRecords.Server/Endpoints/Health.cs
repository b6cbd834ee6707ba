using KvsRecords.Storage;
using Microsoft.AspNetCore.Cors;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvsRecords.Server.Endpoints;

/// <summary><c>GET /_emulator/health</c>: 200 once, and as long as, requests can be served.</summary>
internal static class Health
{
    public const string Path = "/_emulator/health";

    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks().AddCheck<StorageCheck>("storage");

    public static void MapHealth(this WebApplication app) => app.MapHealthChecks(Path)
        .DisableRateLimiting()
        .WithMetadata(new DisableCorsAttribute());

    private sealed class StorageCheck(IStoreReader stores) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            // A fault is reported as unhealthy by whoever calls this.
            await stores.CheckAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}

using System.Net.Mime;
using KvsRecords.Server.Description;
using KvsRecords.Server.Emulator;
using KvsRecords.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvsRecords.Server.Endpoints;

/// <summary><c>GET /_emulator/health</c>: 200 once, and as long as, requests can be served.</summary>
internal static class Health
{
    public const string Path = $"{EmulatorRoutes.Path}{Pattern}";

    private const string Pattern = "/health";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks().AddCheck<StorageCheck>("storage");

    public static void MapHealth(this RouteGroupBuilder emulator)
    {
        emulator.MapMethods(Pattern, Methods, HandleAsync)
            .WithSummary("Says whether requests can be served.")
            .AnswersBody<string>(StatusCodes.Status200OK, MediaTypeNames.Text.Plain, "They can.")
            .AnswersBody<string>(StatusCodes.Status503ServiceUnavailable, MediaTypeNames.Text.Plain, "They cannot: the storage is out of reach.");
        emulator.MapOtherMethods(Pattern, Methods);
    }

    private static async Task<IResult> HandleAsync(HealthCheckService checks, CancellationToken cancellationToken)
    {
        var status = (await checks.CheckHealthAsync(cancellationToken)).Status;
        return TypedResults.Text(
            status.ToString(),
            statusCode: status == HealthStatus.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

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

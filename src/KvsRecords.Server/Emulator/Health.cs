using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KvsRecords.Server.Emulator;

/// <summary><c>GET /_emulator/health</c>: 200 once, and as long as, requests can be served, with a list of warnings.</summary>
internal static class Health
{
    public const string Path = $"{RouteNames.Emulator}{Pattern}";

    private const string Pattern = "/health";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks().AddCheck<StorageCheck>("storage");

    public static void MapHealth(this RouteGroupBuilder emulator)
    {
        emulator.MapMethods(Pattern, Methods, HandleAsync)
            .WithSummary("Says whether requests can be served.");
        emulator.MapOtherMethods(Pattern, Methods);
    }

    [ProducesResponseType<Enveloped<HealthAnswer>>(
        StatusCodes.Status200OK, Description = "They can. The warnings say what cannot be read, and what helps.")]
    [ProducesResponseType<Enveloped<HealthAnswer>>(
        StatusCodes.Status503ServiceUnavailable, Description = "They cannot: the storage is out of reach.")]
    private static async Task<IResult> HandleAsync(
        HttpContext context,
        HealthCheckService checks,
        HealthWarnings warnings,
        [FromServices] IStoreWriter? writer,
        ServerOptions options,
        CancellationToken cancellationToken)
    {
        var emulator = EmulatorAccess.Decide(context, options);
        var status = (await checks.CheckHealthAsync(cancellationToken)).Status;
        return status == HealthStatus.Healthy
            ? Answer.Ok(new HealthAnswer($"{status}", warnings(), writer is null, emulator))
            : Answer.Unavailable(new HealthAnswer($"{status}", [], writer is null, emulator));
    }

    private sealed class StorageCheck(IStoreReader stores) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await stores.CheckAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception e) when (StorageFault.Is(e))
            {
                // The message is logged. The caller reports any other fault, with its place in the code.
                return HealthCheckResult.Unhealthy(e.Message);
            }
        }
    }
}

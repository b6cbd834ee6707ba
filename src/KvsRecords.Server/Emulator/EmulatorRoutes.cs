using KvsRecords.Server.Emulator.Clock;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Emulator.Requests;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using Microsoft.AspNetCore.Cors;

namespace KvsRecords.Server.Emulator;

/// <summary>
/// What steers the server and is no part of the API, as a table of contents. Who may use it is <see cref="EmulatorAccess"/>'s to decide,
/// the health aside; no limit of the service's counts it; and no page may read it.
/// </summary>
internal static class EmulatorRoutes
{
    public const string Path = "/_emulator";

    public static void MapEmulator(this WebApplication app)
    {
        var all = app.MapGroup(Path)
            .WithMetadata(new DisableCorsAttribute())
            .DisableRateLimiting()
            .Refuses(nameof(ApiError.ForeignPageOfEmulator));
        all.MapHealth();
        var emulator = all.MapGroup("")
            .WithMetadata(new EmulatorAccess.Steering())
            .Refuses(nameof(ApiError.EmulatorOff), nameof(ApiError.EmulatorForThisMachine), nameof(ApiError.EmulatorTokenNeeded));
        emulator.MapReset();
        emulator.MapRequests();
        emulator.MapStoresOverview();
        emulator.MapRuns();
        emulator.MapClock();
        emulator.MapFaults();
    }

    /// <summary>Whether a path is one of these, for routing, which makes no difference between small and capital letters.</summary>
    public static bool Has(PathString path) => path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase);
}

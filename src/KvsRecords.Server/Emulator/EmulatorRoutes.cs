using KvsRecords.Server.Description;
using KvsRecords.Server.Emulator.Clock;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Emulator.Requests;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using Microsoft.AspNetCore.Cors;

namespace KvsRecords.Server.Emulator;

/// <summary>
/// What steers the server and is no part of the API, as a table of contents. It needs no token, since <c>Host</c> and <c>Origin</c> are
/// checked; no limit of the service's counts it; and no page may read it.
/// </summary>
internal static class EmulatorRoutes
{
    public const string Path = "/_emulator";

    public static void MapEmulator(this WebApplication app)
    {
        var emulator = app.MapGroup(Path)
            .WithMetadata(new DisableCorsAttribute())
            .DisableRateLimiting()
            .Refuses(ApiError.ForeignPageOfEmulator);
        emulator.MapHealth();
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

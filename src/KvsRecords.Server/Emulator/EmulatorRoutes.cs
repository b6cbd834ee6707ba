using KvsRecords.Server.Emulator.Clock;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Emulator.Journal;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using Microsoft.AspNetCore.Cors;

namespace KvsRecords.Server.Emulator;

/// <summary>
/// The URLs that steer the server and are no part of the API, as a table of contents. <see cref="EmulatorAccess"/> decides who may use
/// them, except for the health; they count towards none of the service's limits, and no page may read their answers.
/// </summary>
internal static class EmulatorRoutes
{
    public static void MapEmulator(this WebApplication app)
    {
        var all = app.MapGroup(RouteNames.Emulator)
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
        emulator.MapStoreSharing();
        emulator.MapStoreSizes();
        emulator.MapRuns();
        emulator.MapClock();
        emulator.MapFaults();
    }
}

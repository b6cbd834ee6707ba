using KvsRecords.Server.Emulator.Faults;
using Microsoft.AspNetCore.Cors;

namespace KvsRecords.Server.Emulator;

/// <summary>The URLs that steer the emulator itself, as a table of contents. They need no token; pages of other sites get nothing from them.</summary>
internal static class EmulatorRoutes
{
    public const string Prefix = "/_emulator";

    public static void MapEmulator(this WebApplication app)
    {
        var emulator = app.MapGroup(Prefix).WithMetadata(new DisableCorsAttribute()).DisableRateLimiting();
        emulator.MapFaults();
    }
}

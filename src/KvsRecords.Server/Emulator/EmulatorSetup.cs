using KvsRecords.Server.Emulator.Clock;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Emulator.Journal;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Storage;
using Microsoft.AspNetCore.Cors;

namespace KvsRecords.Server.Emulator;

/// <summary>
/// The emulator as a table of contents: the services that a test can set and read, in the same process and over HTTP; what they do to every
/// request; and the URLs that steer the server and are no part of the API.
/// </summary>
internal static class EmulatorSetup
{
    public static void AddEmulator(this IServiceCollection services, OwnStorage? own)
    {
        var clock = own?.Clock ?? new AdjustableClock(TimeProvider.System);
        services.AddSingleton(clock);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<RequestJournal>();
        services.AddSingleton<FaultBook>();
        services.AddSingleton<FaultInjection>();
        services.AddSingleton<IResettable>(clock);
        services.AddSingleton<IResettable>(provider => provider.GetRequiredService<RequestJournal>());
        services.AddSingleton<IResettable>(provider => provider.GetRequiredService<RunDirectory>());
        services.AddSingleton<IResettable>(provider => provider.GetRequiredService<FaultBook>());
        if (own is not null)
            services.AddSingleton(own);
        services.AddSingleton<StoreReset>();
        services.AddHealth();
    }

    /// <summary>Makes requests for stores wait for the end of a reset: no client may see half of a seed.</summary>
    public static void UseResetWait(this WebApplication app)
    {
        var reset = app.Services.GetRequiredService<StoreReset>();
        app.Use(async (context, next) =>
        {
            if (!RouteNames.IsOfEmulator(context.Request.Path))
                await reset.Ended.WaitAsync(context.RequestAborted);
            await next(context);
        });
    }

    /// <summary>Lets faults strike. MUST stand behind what finds the store, which rules ask for.</summary>
    public static void UseFaults(this WebApplication app)
    {
        var book = app.Services.GetRequiredService<FaultBook>();
        var faults = app.Services.GetRequiredService<FaultInjection>();
        app.Use((context, next) => book.IsEmpty || RouteNames.IsOfEmulator(context.Request.Path) || PageCalls.IsOne(context)
            ? next(context)
            : faults.RunAsync(context, next));
    }

    /// <summary>
    /// Maps the URLs. <see cref="EmulatorAccess"/> decides who may use them, except for the health; they count towards none of the
    /// service's limits, and no page may read their answers.
    /// </summary>
    public static void MapEmulator(this WebApplication app)
    {
        var all = app.MapGroup(RouteNames.Emulator)
            .WithMetadata(new DisableCorsAttribute())
            .DisableRateLimiting()
            .Refuses(ApiError.ForeignPageOfEmulator);
        all.MapHealth();
        var emulator = all.MapGroup("").ForSteering();
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

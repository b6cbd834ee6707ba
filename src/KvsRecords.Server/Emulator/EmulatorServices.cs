using KvsRecords.Server.Emulator.Journal;
using KvsRecords.Server.Storage;

namespace KvsRecords.Server.Emulator;

/// <summary>What a test can set and look at, in the same process as well as over HTTP.</summary>
internal static class EmulatorServices
{
    public static void AddEmulator(this IServiceCollection services, OwnStorage? own)
    {
        var clock = own?.Clock ?? new AdjustableClock(TimeProvider.System);
        services.AddSingleton(clock);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<RequestJournal>();
        services.AddSingleton<IResettable>(clock);
        services.AddSingleton<IResettable>(provider => provider.GetRequiredService<RequestJournal>());
        services.AddSingleton<IResettable>(provider => provider.GetRequiredService<RunDirectory>());
        if (own is not null)
            services.AddSingleton(own);
        services.AddSingleton<StoreReset>();
    }
}

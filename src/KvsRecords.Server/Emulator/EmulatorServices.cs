using KvsRecords.Server.Emulator.Journal;
using KvsRecords.Server.Storage;

namespace KvsRecords.Server.Emulator;

/// <summary>The services that a test can set and read, in the same process and over HTTP.</summary>
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

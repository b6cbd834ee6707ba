using KvsRecords.Server.Middleware;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Storage;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>The registration of faults, and their place in the middleware.</summary>
internal static class FaultServices
{
    public static void AddFaults(this IServiceCollection services)
    {
        services.AddSingleton<FaultBook>();
        services.AddSingleton<IResettable>(provider => provider.GetRequiredService<FaultBook>());
        services.AddSingleton<FaultInjection>();
    }

    /// <summary>To stand behind what finds the store, which rules ask for.</summary>
    public static void UseFaults(this WebApplication app)
    {
        var book = app.Services.GetRequiredService<FaultBook>();
        var faults = app.Services.GetRequiredService<FaultInjection>();
        app.Use((context, next) => book.IsEmpty || RouteNames.IsOfEmulator(context.Request.Path) || PageCalls.IsOne(context)
            ? next(context)
            : faults.RunAsync(context, next));
    }
}

using KvsRecords.Folder;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Archives;
using KvsRecords.Storage;

namespace KvsRecords.Server.Storage;

/// <summary>Lists, in a sentence each, what should be mended although requests can be served. MUST NOT name files: health is open to all.</summary>
internal delegate IReadOnlyList<string> HealthWarnings();

/// <summary>Registers the storage: a reader and, for managed stores, an <see cref="IStoreWriter"/>, which a live folder does not have.</summary>
internal static class StoreServices
{
    public static void AddStores(this IServiceCollection services, ServerOptions options, OwnStorage? own)
    {
        services.AddSingleton<IFolderEvents, FolderLog>();
        services.AddSingleton(provider => new ArchiveCache(options, own, provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IResettable>(provider => provider.GetRequiredService<ArchiveCache>());
        if (own is not null)
        {
            services.AddSingleton<HealthWarnings>(() => []);
            services.AddSingleton<IStoreReader>(own.Stores);
            services.AddSingleton<IStoreWriter>(own.Stores);
            services.AddSingleton<UnnamedStoreExpiry>();
            services.AddHostedService(provider => provider.GetRequiredService<UnnamedStoreExpiry>());
        }
        else if (options.Storage is StorageChoice.LiveFolder live)
        {
            var unreadable = new UnreadableFiles(live.Folder, TimeProvider.System);
            services.AddSingleton(unreadable);
            services.AddSingleton<HealthWarnings>(() => [.. unreadable.Find().Select(files => $"{files}")]);
            services.AddSingleton<IStoreReader>(provider =>
                new FolderStorage(live.Folder, options.Stores, provider.GetRequiredService<IFolderEvents>(), options.InputKey));
        }
    }

    /// <summary>Logs the warnings of the storage.</summary>
    public static void UseStoreWarnings(this WebApplication app, OwnStorage? own)
    {
        if (own is not null)
            own.Warned += app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(LogEvents.Category).StorageWarning;
    }
}

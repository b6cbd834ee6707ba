using KvsRecords.Folder;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Settings;
using KvsRecords.Storage;

namespace KvsRecords.Server.Storage;

/// <summary>Where stores are read from and, where they are our own, written to: a live folder has no <see cref="IStoreWriter"/>.</summary>
internal static class StoreServices
{
    public static void AddStores(this IServiceCollection services, ServerOptions options, OwnStorage? own)
    {
        services.AddSingleton<IFolderEvents, FolderLog>();
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
}

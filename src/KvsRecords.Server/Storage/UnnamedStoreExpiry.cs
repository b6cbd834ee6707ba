using KvsRecords.Server.Logging;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Archives;
using KvsRecords.Storage;

namespace KvsRecords.Server.Storage;

/// <summary>
/// Deletes stores without a name that were not changed or read for the time in the settings. On the service these are the default stores of
/// runs; stores with a name are kept.
/// </summary>
internal sealed class UnnamedStoreExpiry(
    ServerOptions options, IStoreReader reader, IStoreWriter writer, ArchiveCache archives, TimeProvider clock, ILoggerFactory loggers)
    : BackgroundService
{
    // The setting is in days, so an hour does not matter.
    internal static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly ILogger _logger = loggers.CreateLogger(LogEvents.Category);

    /// <summary>
    /// Deletes the stores that have expired. Where stores cannot be listed, the log says so, and the next round tries again.
    /// </summary>
    public async Task DeleteUnusedAsync(CancellationToken cancellationToken)
    {
        if (options.UnnamedExpireAfter is not { } age)
            return;

        try
        {
            await DeleteUnusedAsync(clock.GetUtcNow() - age, cancellationToken);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // A fault of the medium or of a store may be gone in an hour.
            _logger.ExpiryFailed(e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.UnnamedExpireAfter is null)
            return;

        using var timer = new PeriodicTimer(Period, clock);
        do
            await DeleteUnusedAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task DeleteUnusedAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var unnamed = (await reader.ListAsync(cancellationToken)).Where(store => store.Name is null).ToList();
        foreach (var store in await archives.GiveWayAsync(() => writer.DeleteUnusedAsync(unnamed, since, cancellationToken)))
        {
            archives.Forget(store);
            _logger.StoreExpired(store);
        }
    }
}

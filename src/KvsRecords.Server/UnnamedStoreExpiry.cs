using KvsRecords.Server.Observability;
using KvsRecords.Server.Settings;
using KvsRecords.Storage;

namespace KvsRecords.Server;

/// <summary>
/// Deletes stores without a name that nobody has changed or read for as long as the settings say. On the service these are the default
/// stores of runs; those that somebody named are kept.
/// </summary>
internal sealed class UnnamedStoreExpiry(
    ServerOptions options, IStoreReader reader, IStoreWriter writer, TimeProvider clock, ILoggerFactory loggers) : BackgroundService
{
    // The setting is in days: nobody can tell an hour.
    internal static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly ILogger _logger = loggers.CreateLogger(LogEvents.Category);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.UnnamedExpireAfter is not { } age)
            return;

        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            try
            {
                await DeleteUnusedAsync(clock.GetUtcNow() - age, stoppingToken);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                // Whatever is wrong with the medium or a store: in an hour it may not be any more.
                _logger.ExpiryFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task DeleteUnusedAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        foreach (var store in await reader.ListAsync(cancellationToken))
        {
            if (store.Name is null && await writer.DeleteUnusedAsync(store, since, cancellationToken))
                _logger.StoreExpired(store);
        }
    }
}

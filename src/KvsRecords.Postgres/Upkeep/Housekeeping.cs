using KvsRecords.Postgres.Database;
using KvsRecords.Postgres.Records;

namespace KvsRecords.Postgres.Upkeep;

/// <summary>The work that a server does by itself: it saves counts of reads, renews leases, and removes what is dead.</summary>
internal sealed class Housekeeping : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Connections _connections;
    private readonly AccessCounts _counts;
    private readonly Leases _leases;
    private readonly Bodies _bodies;
    private readonly Sweeper _sweeper;
    private readonly Intervals _intervals;
    private readonly Warnings _warnings;
    private readonly Task _saving;
    private readonly Task _renewing;
    private readonly Task _sweeping;

    public Housekeeping(Connections connections, AccessCounts counts, Leases leases, Bodies bodies, PostgresStorageOptions options)
    {
        (_connections, _counts, _leases, _bodies, _intervals) = (connections, counts, leases, bodies, options.Intervals);
        _sweeper = new Sweeper(connections, _intervals);
        _warnings = new Warnings(connections, options.Warn, _intervals.Silence);
        _saving = RepeatAsync(_intervals.Flush, "Counts of reads are not saved", () => _counts.SaveAsync(_stop.Token));
        _renewing = RepeatAsync(_intervals.Upkeep, "The leases of downloads are not renewed", RenewAsync);

        // By itself: a removal may take minutes, and leases must not wait for it.
        _sweeping = options.ReadOnly
            ? Task.CompletedTask
            : RepeatAsync(_intervals.Upkeep, "Deleted records are not removed from the database", RemoveAsync);
    }

    /// <summary>Makes the server known to the others.</summary>
    public Task RegisterAsync(Guid server, CancellationToken cancellationToken) => _connections.RepeatAsync(
        async database =>
        {
            await Servers.AddAsync(database, server, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Saves what is unsaved, and takes the server's row away. MUST be done last.</summary>
    public async Task LeaveAsync(Guid server)
    {
        try
        {
            await _counts.SaveAsync(CancellationToken.None);
            await _bodies.GiveUpAsync(CancellationToken.None);
            await using var database = await _connections.OpenAsync(CancellationToken.None);
            await Servers.RemoveAsync(database, server);
        }
        catch (Exception e) when (Connections.IsOfDatabase(e) || e is IOException or InvalidDataException)
        {
            // Without a farewell its row grows old.
            _warnings.Warn("The server could not finish its work in the database", e);
        }
    }

    /// <summary>Renews the leases, and removes what can be removed.</summary>
    public async Task SweepAsync()
    {
        await RenewAsync();
        await RemoveAsync();
    }

    private async Task RenewAsync() => await _connections.RepeatAsync(
        async database =>
        {
            await _leases.RenewAsync(database, _stop.Token);
            return true;
        },
        _stop.Token);

    private async Task RemoveAsync()
    {
        await _bodies.GiveUpAsync(_stop.Token);
        await _sweeper.SweepAsync(_stop.Token);
    }

    /// <summary>Waits until all servers have saved the reads that they have counted so far.</summary>
    public Task UntilCountsAreSavedAsync() => Task.Delay(2 * _intervals.Flush, _stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _saving;
        await _renewing;
        await _sweeping;
        _stop.Dispose();
    }

    private async Task RepeatAsync(TimeSpan interval, string whatFails, Func<Task> work)
    {
        using var timer = new PeriodicTimer(interval);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(_stop.Token);
                await work();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // It is done the next time; readers notice by themselves when their leases could not be renewed.
                _warnings.Warn(whatFails, e);
            }
        }
    }
}

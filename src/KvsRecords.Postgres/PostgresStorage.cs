using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Postgres.Records;
using KvsRecords.Postgres.Upkeep;
using KvsRecords.Postgres.Writes;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres;

/// <summary>
/// Managed stores in a PostgreSQL database, which several servers share. It holds the index and the bodies, each compressed as an entry of an
/// archive.
/// </summary>
public sealed class PostgresStorage : IManagedStores
{
    private readonly Guid _server = Guid.NewGuid();
    private readonly Connections _connections;
    private readonly PostgresStorageOptions _options;
    private readonly AccessCounts _counts;
    private readonly Leases _leases;
    private readonly Bodies _bodies;
    private readonly StoreRows _stores;
    private readonly RecordReader _recordReader;
    private readonly WriteQueue _queue;
    private readonly StoreWriter _storeWriter;
    private readonly RecordWriter _recordWriter;
    private readonly Housekeeping _housekeeping;
    private bool _isClosed;

    private PostgresStorage(Connections connections, PostgresStorageOptions options)
    {
        (_connections, _options) = (connections, options);
        _counts = new AccessCounts(connections, options.Clock, isCounting: !options.ReadOnly);
        _leases = new Leases(_server, options.Intervals);
        _bodies = new Bodies(connections, _server);
        _stores = new StoreRows(options.FindUser, _counts);
        _recordReader = new RecordReader(connections, _bodies, _leases, _counts);
        _queue = new WriteQueue(connections, _server, options.Clock, options.Intervals.QueueWait);
        _storeWriter = new StoreWriter(_queue, _stores, _server);
        _recordWriter = new RecordWriter(_queue, _bodies);
        _housekeeping = new Housekeeping(connections, _counts, _leases, _bodies, options);
    }

    /// <summary>Opens the storage in a database, and makes its tables where they are not there.</summary>
    /// <exception cref="StorageRefusedException">It is refused: the message says why in one sentence.</exception>
    /// <exception cref="IOException">It cannot be reached.</exception>
    public static async Task<PostgresStorage> OpenAsync(PostgresStorageOptions options, CancellationToken cancellationToken)
    {
        var (connections, _) = await ConnectAsync(
            options.ConnectionString, options.Migrate && !options.ReadOnly, options.Intervals.Patience, cancellationToken);
        var storage = new PostgresStorage(connections, options);
        try
        {
            await storage._housekeeping.RegisterAsync(storage._server, cancellationToken);
            return storage;
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the tables, or brings those of an older version up to date.</summary>
    /// <exception cref="StorageRefusedException">The database is refused: the message says why in one sentence.</exception>
    /// <exception cref="IOException">It cannot be reached.</exception>
    public static async Task<MigrationResult> MigrateAsync(string connectionString, CancellationToken cancellationToken)
    {
        var (connections, result) = await ConnectAsync(connectionString, mayMigrate: true, new Intervals().Patience, cancellationToken);
        await connections.DisposeAsync();
        return result;
    }

    /// <summary>Does something that no other server does at the same time, as loading seeds. The others wait.</summary>
    public async Task<T> RunAloneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await _connections.OpenAsync(cancellationToken);
            await Sql.LockAsync(database, $"select pg_advisory_lock({Schema.AloneLock})", cancellationToken);
            try
            {
                return await work();
            }
            finally
            {
                await Sql.RunAsync(database, $"select pg_advisory_unlock({Schema.AloneLock})", CancellationToken.None);
            }
        }
        catch (Exception e) when (Connections.IsOfDatabase(e))
        {
            throw _connections.FaultOf(e, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        const string IsReadOnly = "select current_setting('transaction_read_only') = 'on'";
        var isReadOnly = await _connections.RepeatAsync(
            database => Sql.FirstAsync(database, IsReadOnly, row => row.GetBoolean(0), cancellationToken), cancellationToken);
        if (isReadOnly && !_options.ReadOnly)
            throw new StorageUnavailableException("The database takes no writes.");
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Store>> ListAsync(CancellationToken cancellationToken) =>
        await ReadStoresAsync(database => _stores.AllAsync(database, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<Store?> FindByIdAsync(string id, CancellationToken cancellationToken) => Stored.IsWellFormed(id)
        ? await ReadStoresAsync(database => _stores.ByIdAsync(database, id, cancellationToken), cancellationToken)
        : null;

    /// <inheritdoc/>
    public async ValueTask<Store?> FindByNameAsync(User owner, string name, CancellationToken cancellationToken) => Stored.IsWellFormed(name)
        ? await ReadStoresAsync(database => _stores.ByNameAsync(database, owner.Id, name, cancellationToken), cancellationToken)
        : null;

    /// <inheritdoc/>
    public async ValueTask<IRecordSnapshot> OpenSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken) =>
        (IRecordSnapshot?)await OpenCompressedSnapshotAsync(store, filter, cancellationToken) ?? new EmptySnapshot();

    /// <inheritdoc/>
    public async ValueTask<ICompressedSnapshot?> OpenCompressedSnapshotAsync(
        Store store, RecordFilter filter, CancellationToken cancellationToken)
    {
        if (await OpenSnapshotAsync(Stored.NumberOf(store), filter, cancellationToken) is not { } opened)
            return null;

        try
        {
            if (store.CountsUse)
                await _counts.CountListAsync(Stored.NumberOf(store), opened.IsExpiring, cancellationToken);
            return opened.Snapshot;
        }
        catch
        {
            await opened.Snapshot.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<RecordPage> ListRecordsAsync(
        Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken) =>
        _recordReader.ListAsync(store, filter, after, limit, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<RecordContent?> OpenRecordAsync(Store store, RecordKey key, CancellationToken cancellationToken) =>
        _recordReader.OpenAsync(store, key, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<StoreFound> GetOrCreateAsync(User owner, string? name, StoreSchema? schema, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = await _storeWriter.GetOrCreateAsync(owner, name, schema);
        return found.IsNew ? found : found with { Store = await WithCountsAsync(found.Store, cancellationToken) };
    }

    /// <inheritdoc/>
    public async ValueTask<IStoreImport?> BeginImportAsync(Store model, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await _storeWriter.BeginImportAsync(model) is { } number
            ? new StoreImport(number, model, _storeWriter, _recordWriter)
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<Store> DeclareAsync(StoreDeclaration declaration, User defaultOwner, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await _storeWriter.DeclareAsync(declaration, defaultOwner);
    }

    /// <inheritdoc/>
    public async ValueTask<Store?> UpdateAsync(Store store, StoreChange change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await _storeWriter.UpdateAsync(Stored.NumberOf(store), change) is { } updated
            ? await WithCountsAsync(updated, cancellationToken)
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(Store store, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await _storeWriter.DeleteAsync(Stored.NumberOf(store));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Store>> DeleteUnusedAsync(
        IReadOnlyList<Store> stores, DateTimeOffset since, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long[] numbers = [.. stores.Select(Stored.NumberOf)];
        var deleted = await _storeWriter.DeleteUnusedAsync(numbers, since, _housekeeping.UntilCountsAreSavedAsync);
        return [.. stores.Where(store => deleted.Contains(Stored.NumberOf(store)))];
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutAsync(Store store, NewRecord record, Stream value, CancellationToken cancellationToken) =>
        _recordWriter.PutAsync(Stored.NumberOf(store), record, value, store.CountsUse, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(Store store, RecordKey key, CancellationToken cancellationToken) =>
        _recordWriter.DeleteAsync(Stored.NumberOf(store), key, store.CountsUse, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<SizesByPrefix> SumByPrefixAsync(Store store, string prefix, CancellationToken cancellationToken)
    {
        var sizes = new SizesByPrefix(prefix);
        if (await OpenSnapshotAsync(Stored.NumberOf(store), new RecordFilter(prefix), cancellationToken) is not { } opened)
            return sizes;

        await using var snapshot = opened.Snapshot;
        await snapshot.SumAsync(sizes, cancellationToken);
        return sizes;
    }

    /// <inheritdoc/>
    public async ValueTask<SizesByType> SumByTypeAsync(Store store, CancellationToken cancellationToken) => await _connections.RepeatLongAsync(
        database => RecordRows.SumByTypeAsync(database, Stored.NumberOf(store), cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Damage> VerifyAsync(IProgress<VerifyProgress>? progress, CancellationToken cancellationToken) =>
        new Verification(_connections, _stores, async store => (await OpenSnapshotAsync(store, RecordFilter.Everything, cancellationToken))?.Snapshot, progress)
            .RunAsync(cancellationToken);

    /// <summary>Removes what can be removed now.</summary>
    internal Task SweepAsync() => _housekeeping.SweepAsync();

    /// <summary>MUST finish what was begun.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
            return;

        await _housekeeping.DisposeAsync();
        await _queue.DisposeAsync();
        await _housekeeping.LeaveAsync(_server);
        _counts.Dispose();
        await _connections.DisposeAsync();
    }

    private Task<T> ReadStoresAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken) =>
        _counts.ReadAsync(() => _connections.RepeatAsync(read, cancellationToken), cancellationToken);

    // A store that was read within a write lacks the counts that are just being saved.
    private async Task<Store> WithCountsAsync(Store store, CancellationToken cancellationToken) =>
        await FindByIdAsync(store.Id, cancellationToken) ?? store;

    private async Task<(PostgresSnapshot Snapshot, bool IsExpiring)?> OpenSnapshotAsync(
        long store, RecordFilter filter, CancellationToken cancellationToken)
    {
        var lease = _leases.Open();
        PostgresSnapshot? snapshot = null;
        try
        {
            if (await _connections.RepeatAsync(database => RecordRows.TotalsAsync(database, store, cancellationToken), cancellationToken) is not { } found)
                return null;

            var totals = found.Totals;
            lease.Set(store, totals.Revision);
            var sums = filter.CommonPrefix.Length == 0
                ? new EntryTotals(totals.Records, totals.KeyBytes, totals.CompressedBytes, totals.ValueBytes)
                : await SumAsync(totals, new KeyRange(filter), cancellationToken);
            snapshot = new PostgresSnapshot(totals, found.Stamp, found.Timeline, sums, filter, _connections, _recordReader, _bodies, _leases, lease);
            return (snapshot, found.IsExpiring);
        }
        finally
        {
            if (snapshot is null)
                lease.Dispose();
        }
    }

    private async Task<EntryTotals> SumAsync(StoreTotals totals, KeyRange range, CancellationToken cancellationToken) => range.IsEmpty
        ? default
        : await _connections.RepeatLongAsync(database => RecordRows.SumAsync(database, totals, range, cancellationToken), cancellationToken);

    private static async Task<(Connections Connections, MigrationResult Result)> ConnectAsync(
        string connectionString, bool mayMigrate, TimeSpan patience, CancellationToken cancellationToken)
    {
        var parsed = ConnectionText.Parse(connectionString);
        var connections = new Connections(parsed, patience);
        try
        {
            await using var database = await connections.OpenAsync(cancellationToken);
            return (connections, await Schema.PrepareAsync(database, parsed.SearchPath!, mayMigrate, cancellationToken));
        }
        catch (Exception e)
        {
            await connections.DisposeAsync();
            throw Refusals.Of(e, parsed);
        }
    }
}

using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Sqlite.Bodies;
using KvsRecords.Sqlite.Database;
using KvsRecords.Sqlite.Records;
using KvsRecords.Sqlite.Writes;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>
/// Managed stores in a folder of this program's own. An embedded database holds the index and the small bodies, files hold the large ones,
/// each compressed as an entry of an archive. The folder belongs to one process at a time.
/// </summary>
public sealed class SqliteStorage : IManagedStores
{
    private readonly StorageFolder _folder;
    private readonly Connection _writer;
    private readonly Readers _readers;
    private readonly BodyFiles _files;
    private readonly OpenSnapshots _snapshots = new();
    private readonly WriteQueue _queue;
    private readonly AccessCounts _counts;
    private readonly StoreTable _stores;
    private readonly StoreWriter _storeWriter;
    private readonly RecordReader _recordReader;
    private readonly RecordWriter _recordWriter;
    private readonly SqliteStorageOptions _options;
    private bool _isClosed;

    private SqliteStorage(StorageFolder folder, Connection writer, SqliteStorageOptions options)
    {
        (_folder, _writer, _options) = (folder, writer, options);
        _files = new BodyFiles(folder.Bodies, options.Durable);
        var dead = new DeadVersions(_snapshots);
        if (!options.ReadOnly)
        {
            folder.RemoveLeftovers();
            _files.Open(
                RecordTable.LastFile(writer), file => RecordTable.IsFileKnown(writer, file), () => RecordTable.AllFiles(writer));
            dead.AddAll(writer);
        }

        _readers = new Readers(folder.Database);
        _counts = new AccessCounts(_readers, options.Clock, isCounting: !options.ReadOnly);
        _stores = new StoreTable(options.FindUser, _counts);
        _queue = new WriteQueue(writer, _files, dead, _counts, options);
        _storeWriter = new StoreWriter(_queue, _stores);
        _recordReader = new RecordReader(_readers, _files);
        _recordWriter = new RecordWriter(_queue, _files);
    }

    /// <summary>The number of transactions that were committed.</summary>
    internal long Commits => _queue.Commits;

    /// <summary>
    /// Opens the storage of a folder, or makes one. MUST refuse a folder that another process has, one that a newer version of
    /// the program has written to, and one with other files, and leave them as they are; MUST remove what a process that was killed left half done.
    /// </summary>
    /// <exception cref="StorageRefusedException">It is refused.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SqliteStorage Open(SqliteStorageOptions options)
    {
        var folder = StorageFolder.Open(options.Folder, options.Durable, options.ReadOnly);
        Connection? writer = null;
        try
        {
            writer = options.ReadOnly ? WriterDatabase.OpenToLook(folder) : WriterDatabase.Open(folder, options.Durable);
            return new SqliteStorage(folder, writer, options);
        }
        catch
        {
            writer?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Looks for a storage in the folder. MUST NOT change it.</summary>
    public static bool IsThere(string folder) => StorageFolder.IsThere(folder);

    /// <summary>
    /// Removes the storage in a folder, with the folder, unless a process has it. MUST leave alone one that is just being made, and every
    /// folder that is a link, another user's, or open to others.
    /// </summary>
    public static void RemoveAbandoned(string folder) => StorageFolder.RemoveAbandoned(folder);

    /// <inheritdoc/>
    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        if (!_options.ReadOnly)
            _folder.CheckWritable(_options.Clock.GetUtcNow());

        await Answer(database => _stores.ById(database, ""), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Store>> ListAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<Store>>(_stores.All, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Store?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        Answer(database => Stored.IsWellFormed(id) ? _stores.ById(database, id) : null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Store?> FindByNameAsync(User owner, string name, CancellationToken cancellationToken) =>
        Answer(database => Stored.IsWellFormed(name) ? _stores.ByName(database, owner.Id, name) : null, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IRecordSnapshot> OpenSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken) =>
        (IRecordSnapshot?)await OpenCompressedSnapshotAsync(store, filter, cancellationToken) ?? new EmptySnapshot();

    /// <inheritdoc/>
    public ValueTask<ICompressedSnapshot?> OpenCompressedSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var number = Stored.NumberOf(store);
        var snapshot = OpenSnapshot(number, filter);
        if (snapshot is not null && store.CountsUse)
            _counts.CountList(number);
        return new(snapshot);
    }

    /// <inheritdoc/>
    public ValueTask<RecordPage> ListRecordsAsync(
        Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var page = _recordReader.List(Stored.NumberOf(store), filter, after, limit);
        if (store.CountsUse)
            _counts.CountList(Stored.NumberOf(store));
        return new(page);
    }

    /// <inheritdoc/>
    public ValueTask<RecordContent?> OpenRecordAsync(Store store, RecordKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var content = _recordReader.Open(Stored.NumberOf(store), key);
        if (content is not null && store.CountsUse)
            _counts.CountRead(Stored.NumberOf(store));
        return new(content);
    }

    /// <inheritdoc/>
    public async ValueTask<StoreFound> GetOrCreateAsync(User owner, string? name, StoreSchema? schema, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await _storeWriter.GetOrCreateAsync(owner, name, schema);
    }

    /// <inheritdoc/>
    public async ValueTask<IStoreImport?> BeginImportAsync(Store model, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await _storeWriter.BeginImportAsync(model) is { } number
            ? new StoreImport(number, model, _storeWriter, _recordWriter, _files)
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
        return await _storeWriter.UpdateAsync(Stored.NumberOf(store), change);
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
        return await _storeWriter.DeleteUnusedAsync(stores, since);
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutAsync(Store store, NewRecord record, Stream value, CancellationToken cancellationToken) =>
        _recordWriter.PutAsync(Stored.NumberOf(store), record, value, waitForDisk: true, store.CountsUse, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(Store store, RecordKey key, CancellationToken cancellationToken) =>
        _recordWriter.DeleteAsync(Stored.NumberOf(store), key, store.CountsUse, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<SizesByPrefix> SumByPrefixAsync(Store store, string prefix, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var sizes = new SizesByPrefix(prefix);
        await using var snapshot = OpenSnapshot(Stored.NumberOf(store), new RecordFilter(prefix));
        snapshot?.Sum(sizes, cancellationToken);
        return sizes;
    }

    /// <inheritdoc/>
    public ValueTask<SizesByType> SumByTypeAsync(Store store, CancellationToken cancellationToken) =>
        Answer(database => RecordTable.SumByType(database, Stored.NumberOf(store)), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Damage> VerifyAsync(IProgress<VerifyProgress>? progress, CancellationToken cancellationToken) =>
        new Verification(
            _folder.Database, _readers, _files, _stores, store => OpenSnapshot(store, RecordFilter.Everything), progress)
            .RunAsync(cancellationToken);

    /// <summary>Ends when there is nothing left that can be removed.</summary>
    internal async Task SweptAsync()
    {
        while (!await _queue.IsSweptAsync())
            await Task.Yield();
    }

    /// <summary>MUST finish what was begun, and let another process have the folder.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
            return ValueTask.CompletedTask;

        _queue.Dispose();
        _readers.Dispose();
        WriterDatabase.Close(_writer);
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private ValueTask<T> Answer<T>(Func<Connection, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_readers.Read(read));
    }

    private SqliteSnapshot? OpenSnapshot(long store, RecordFilter filter)
    {
        var totals = _snapshots.Open(() => _readers.Read(database => StoreTable.Totals(database, store)));
        return totals is null ? null : new SqliteSnapshot(totals, filter, _readers, _recordReader, _files, Close);
    }

    private void Close(StoreTotals totals)
    {
        _snapshots.Close(totals);
        _queue.LookAgainAt(totals.Store);
    }
}

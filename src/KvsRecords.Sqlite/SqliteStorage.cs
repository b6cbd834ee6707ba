using System.Globalization;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>
/// Stores in a folder of this program's own. An embedded database holds the index and the small bodies, files the large ones, each
/// packed as the member of an archive that it will become. The folder belongs to one process at a time.
/// </summary>
public sealed class SqliteStorage : IStoreReader, IStoreWriter, IAsyncDisposable
{
    private readonly StorageFolder _folder;
    private readonly Database _writer;
    private readonly Readers _readers;
    private readonly BodyFiles _files;
    private readonly OpenSnapshots _snapshots = new();
    private readonly WriteQueue _queue;
    private readonly StoreTable _stores;
    private readonly RecordWriter _records;
    private bool _isClosed;

    private SqliteStorage(StorageFolder folder, Database writer, SqliteStorageOptions options)
    {
        (_folder, _writer) = (folder, writer);
        _stores = new StoreTable(options.FindUser);
        _files = new BodyFiles(folder.Bodies, options.Durable);
        _files.Open(RecordTable.LastFile(writer), file => RecordTable.IsFileKnown(writer, file));
        var dead = new DeadVersions(_snapshots);
        dead.AddAll(writer);
        _readers = new Readers(folder.Database);
        _queue = new WriteQueue(writer, _files, dead, options);
        _records = new RecordWriter(_queue, _files);
    }

    /// <summary>How many transactions were committed.</summary>
    internal long Commits => _queue.Commits;

    /// <summary>
    /// Opens the storage of a folder, or makes one. MUST refuse a folder that another process has, one that a newer version of
    /// the program has written to, and one with other files, and leave them as they are; MUST remove what a process that was killed left half done.
    /// </summary>
    /// <exception cref="StorageRefusedException">It is refused.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SqliteStorage Open(SqliteStorageOptions options)
    {
        var folder = StorageFolder.Open(options.Folder, options.Durable);
        Database? writer = null;
        try
        {
            writer = WriterDatabase.Open(folder, options.Durable);
            return new SqliteStorage(folder, writer, options);
        }
        catch
        {
            writer?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a storage in the folder that no process has any more. MUST NOT change it.</summary>
    public static bool IsAbandoned(string folder) => StorageFolder.IsAbandoned(folder);

    /// <inheritdoc/>
    public async ValueTask CheckAsync(CancellationToken cancellationToken) =>
        await Answer(database => _stores.ById(database, ""), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Store>> ListAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<Store>>(_stores.All, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Store?> FindByIdAsync(string id, CancellationToken cancellationToken) =>
        Answer(database => WellFormed.Is(id) ? _stores.ById(database, id) : null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Store?> FindByNameAsync(User owner, string name, CancellationToken cancellationToken) =>
        Answer(database => WellFormed.Is(name) ? _stores.ByName(database, owner.Id, name) : null, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IRecordSnapshot> OpenSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var number = NumberOf(store);
        var totals = _snapshots.Open(() => _readers.Read(database => StoreTable.Totals(database, number)));
        return new(totals is null ? new NoRecords() : new SqliteSnapshot(totals, filter, _readers, _files, Close));
    }

    /// <inheritdoc/>
    public ValueTask<RecordPage> ListRecordsAsync(
        Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public async ValueTask<RecordContent?> OpenRecordAsync(Store store, RecordKey key, CancellationToken cancellationToken)
    {
        await using var snapshot = await OpenSnapshotAsync(store, RecordFilter.Everything, cancellationToken);
        return await snapshot.OpenAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IStoreImport?> BeginImportAsync(Store model, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<Store> DeclareAsync(StoreDeclaration declaration, User defaultOwner, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public async ValueTask<StoreFound> GetOrCreateAsync(User owner, string? name, StoreSchema? schema, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckName(name);
        return await _queue.RunAsync(batch =>
        {
            var found = name is null ? null : _stores.ByName(batch.Database, owner.Id, name);
            return found is null
                ? new StoreFound(_stores.Insert(batch.Database, owner, name, schema, batch.Now), IsNew: true)
                : new StoreFound(found, IsNew: false);
        });
    }

    /// <inheritdoc/>
    public async ValueTask<Store?> UpdateAsync(Store store, StoreChange change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckName(change.Name);
        var number = NumberOf(store);
        return await _queue.RunAsync(batch =>
        {
            if (_stores.ByNumber(batch.Database, number) is not { } before)
                return null;
            if (change.Name is { } name && _stores.ByName(batch.Database, before.Owner.Id, name) is { } other && other.Id != before.Id)
                throw new StoreNameTakenException(name);

            StoreTable.Update(batch.Database, number, change, batch.Now);
            return _stores.ByNumber(batch.Database, number);
        });
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(Store store, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var number = NumberOf(store);
        return await _queue.RunAsync(batch =>
        {
            if (batch.TotalsOf(number) is null)
                return false;

            StoreTable.MarkDeleted(batch.Database, number);
            batch.Forget(number);
            batch.StoresWithDead.Add(number);
            return true;
        });
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutAsync(Store store, NewRecord record, Stream value, CancellationToken cancellationToken) =>
        _records.PutAsync(NumberOf(store), record, value, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(Store store, RecordKey key, CancellationToken cancellationToken) =>
        _records.DeleteAsync(NumberOf(store), key, cancellationToken);

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
        _writer.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private ValueTask<T> Answer<T>(Func<Database, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_readers.Read(read));
    }

    private void Close(StoreTotals totals)
    {
        _snapshots.Close(totals);
        _queue.LookAgainAt(totals.Store);
    }

    // What another storage calls its stores finds none here.
    private static long NumberOf(Store store) =>
        long.TryParse(store.Location, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static void CheckName(string? name)
    {
        if (name is not null && (name.Length == 0 || !WellFormed.Is(name)))
            throw new ArgumentException("The name of a store is well-formed text that is not empty.", nameof(name));
    }
}

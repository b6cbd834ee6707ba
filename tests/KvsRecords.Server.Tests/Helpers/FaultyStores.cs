using System.Globalization;
using KvsRecords.Archive;
using KvsRecords.Sqlite;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>
/// A store of our own under many ids, each of which fails in a way of its own while it is sent. Everything before the fault is more than
/// one portion: when it comes, a part of the archive is on its way.
/// </summary>
internal sealed class FaultyStores : ICompressedStoreReader, IAsyncDisposable
{
    /// <summary>The entry at which those in entries fail, with a body in its row.</summary>
    public const string InRow = "d";

    /// <summary>The entry at which those in files fail.</summary>
    public const string InFile = "c";

    private static readonly (string Key, int Length)[] Records =
        [("a", 1_600_000), ("b", 3_000), (InFile, 40_000), (InRow, 5_000), ("e", 700_000), ("f", 0), ("g", 10)];

    private readonly StorageFolder _folder = new();
    private readonly SqliteStorage _stores;
    private readonly Store _store;

    private FaultyStores(SqliteStorage stores, Store store, StorageFolder folder) => (_stores, _store, _folder) = (stores, store, folder);

    public static IEnumerable<Fault> All => Enum.GetValues<Fault>().Where(fault => fault != Fault.None);

    public static async Task<FaultyStores> CreateAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var folder = new StorageFolder();
        var owner = new User("KvsRecordsDevUser", "dev");
        var stores = SqliteStorage.Open(new() { Folder = Path.Join(folder.Path, "data"), FindUser = _ => owner, Durable = false });
        var (store, _) = await stores.GetOrCreateAsync(owner, "faulty", null, cancellation);
        foreach (var (key, length) in Records)
        {
            var value = RandomBytes.Of(length, seed: key[0]);
            await stores.PutAsync(store, new NewRecord(new RecordKey(key)), new MemoryStream(value), cancellation);
        }

        return new FaultyStores(stores, store, folder);
    }

    /// <summary>The path of the archive that fails so.</summary>
    public static string PathOf(Fault fault) => string.Create(
        CultureInfo.InvariantCulture, $"/v2/key-value-stores/Fault{(int)fault:D12}/records?token={RunningServer.DevelopmentToken}");

    public ValueTask CheckAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IReadOnlyList<Store>> ListAsync(CancellationToken cancellationToken) => new([]);

    public ValueTask<Store?> FindByIdAsync(string id, CancellationToken cancellationToken) => new(_store with { Id = id });

    public ValueTask<Store?> FindByNameAsync(User owner, string name, CancellationToken cancellationToken) => new((Store?)null);

    public ValueTask<IRecordSnapshot> OpenSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken) =>
        _stores.OpenSnapshotAsync(store, filter, cancellationToken);

    public ValueTask<RecordPage> ListRecordsAsync(
        Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken) =>
        _stores.ListRecordsAsync(store, filter, after, limit, cancellationToken);

    public ValueTask<RecordContent?> OpenRecordAsync(Store store, RecordKey key, CancellationToken cancellationToken) =>
        _stores.OpenRecordAsync(store, key, cancellationToken);

    public async ValueTask<ICompressedSnapshot?> OpenCompressedSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken)
    {
        var fault = (Fault)int.Parse(store.Id["Fault".Length..], CultureInfo.InvariantCulture);
        return new Snapshot((await _stores.OpenCompressedSnapshotAsync(store, filter, cancellationToken))!, fault);
    }

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class Snapshot(ICompressedSnapshot snapshot, Fault fault) : ICompressedSnapshot
    {
        private bool _bodiesWereRead;

        // One record more than there is, or less, with a key of one byte and one byte of a value.
        public EntryTotals Totals
        {
            get
            {
                var totals = snapshot.Totals;
                var more = fault switch { Fault.FewerThanCounted => 1, Fault.MoreThanCounted => -1, _ => 0 };
                return new(totals.Records + more, totals.KeyBytes + more, totals.CompressedBytes + more, totals.ValueBytes + more);
            }
        }

        public ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken) => snapshot.ReadStateAsync(cancellationToken);

        public IEntryHeaders ReadHeaders()
        {
            // The directory is read after the entries.
            if (_bodiesWereRead && fault == Fault.AtTheDirectory)
                throw new IOException("The disk is on fire.");
            return new FaultyEntries(snapshot.ReadHeaders(), fault, isDirectory: _bodiesWereRead, withBodies: false);
        }

        public ICompressedEntries ReadEntries(string? from)
        {
            _bodiesWereRead = true;
            return new FaultyEntries(snapshot.ReadEntries(from), fault, isDirectory: false, withBodies: true);
        }

        public IAsyncEnumerable<RecordKey> ReadKeysAsync(CancellationToken cancellationToken) => snapshot.ReadKeysAsync(cancellationToken);

        public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken) => snapshot.OpenAsync(key, cancellationToken);

        public ValueTask DisposeAsync() => snapshot.DisposeAsync();
    }
}

using System.Runtime.CompilerServices;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>A storage with one store of incompressible records that fails when its bytes are read for the n-th time.</summary>
internal sealed class FailingStore(int failAtRead, int records = 6, int recordLength = 150_000) : IStoreReader
{
    public const string Id = "FailingStore00001";

    /// <summary>How much a read gives at the most, in bytes: there are many points at which it can fail.</summary>
    public const int PieceLength = 10_000;

    private static readonly User Owner = new("KvsRecordsDevUser", "dev");
    private int _reads;
    private int _opened;

    public int RecordsOpened => _opened;

    /// <summary>Called before each record is opened.</summary>
    public Func<int, CancellationToken, Task> BeforeOpening { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>The way in which it fails.</summary>
    public IOException Fault { get; init; } = new("The disk is on fire.");

    private static Store Store => new() { Id = Id, Location = "", Name = "failing", Owner = Owner };

    public ValueTask CheckAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IReadOnlyList<Store>> ListAsync(CancellationToken cancellationToken) => new([Store]);

    public ValueTask<Store?> FindByIdAsync(string id, CancellationToken cancellationToken) => new(id == Id ? Store : null);

    public ValueTask<Store?> FindByNameAsync(User owner, string name, CancellationToken cancellationToken) => new((Store?)null);

    public ValueTask<IRecordSnapshot> OpenSnapshotAsync(Store store, RecordFilter filter, CancellationToken cancellationToken) =>
        new(new Snapshot(this));

    public async ValueTask<RecordPage> ListRecordsAsync(
        Store store, RecordFilter filter, RecordKey? after, int limit, CancellationToken cancellationToken)
    {
        var keys = await new Snapshot(this).ReadKeysAsync(cancellationToken).ToListAsync(cancellationToken);
        return new RecordPage([.. keys.Where(key => after is null || key > after).Take(limit).Select(key => new RecordInfo(key, recordLength))], false);
    }

    public ValueTask<RecordContent?> OpenRecordAsync(Store store, RecordKey key, CancellationToken cancellationToken) =>
        new Snapshot(this).OpenAsync(key, cancellationToken);

    private sealed class Snapshot(FailingStore store) : IRecordSnapshot
    {
        public async IAsyncEnumerable<RecordKey> ReadKeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            for (var i = 0; i < store.NumberOfRecords; i++)
                yield return new RecordKey($"record-{i:D4}");
        }

        public ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken) =>
            new(new SnapshotState(Version: null, DateTimeOffset.UnixEpoch, ValueBytes: 0));

        public async ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken)
        {
            await store.BeforeOpening(Interlocked.Increment(ref store._opened), cancellationToken);
            var body = new byte[store.LengthOfRecord];

            // Always the same bytes: among other ones there may happen to be those that begin an end record.
            new Random(key.Text[^1]).NextBytes(body);
            return new RecordContent(new FailingStream(store, body), body.Length, DateTimeOffset.UnixEpoch, null);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private int NumberOfRecords => records;

    private int LengthOfRecord => recordLength;

    private sealed class FailingStream(FailingStore store, byte[] body) : MemoryStream(body)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var piece = buffer[..Math.Min(buffer.Length, PieceLength)];
            return Interlocked.Increment(ref store._reads) == store.FailAtRead
                ? throw store.Fault
                : base.ReadAsync(piece, cancellationToken);
        }
    }

    private int FailAtRead => failAtRead;
}

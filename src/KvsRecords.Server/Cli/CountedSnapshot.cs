using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Cli;

/// <summary>A snapshot that counts what is opened of it.</summary>
/// <param name="snapshot">The snapshot.</param>
/// <param name="opened">Takes the number of records that were opened, at each of them.</param>
internal sealed class CountedSnapshot(IRecordSnapshot snapshot, Action<long> opened) : IRecordSnapshot
{
    private long _records;
    private long _bytes;

    public long Records => _records;

    public long Bytes => _bytes;

    public IAsyncEnumerable<RecordKey> ReadKeysAsync(CancellationToken cancellationToken) => snapshot.ReadKeysAsync(cancellationToken);

    public ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken) => snapshot.ReadStateAsync(cancellationToken);

    public async ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken)
    {
        var content = await snapshot.OpenAsync(key, cancellationToken);
        Interlocked.Add(ref _bytes, content?.Length ?? 0);
        if (content is not null)
            opened(Interlocked.Increment(ref _records));
        return content;
    }

    public ValueTask DisposeAsync() => snapshot.DisposeAsync();
}

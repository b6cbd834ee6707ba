using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

/// <summary>A snapshot of a single record, read from a stream.</summary>
internal sealed class OneRecord(string key, Stream body) : IRecordSnapshot
{
    public IAsyncEnumerable<RecordKey> ReadKeysAsync(CancellationToken cancellationToken) =>
        new[] { new RecordKey(key) }.ToAsyncEnumerable();

    public ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken) =>
        new(new SnapshotState(Version: null, DateTimeOffset.UnixEpoch, ValueBytes: 0));

    public ValueTask<RecordContent?> OpenAsync(RecordKey asked, CancellationToken cancellationToken) =>
        new(new RecordContent(body, body.Length, DateTimeOffset.UnixEpoch, null));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

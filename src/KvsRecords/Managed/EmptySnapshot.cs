using System.Runtime.CompilerServices;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Managed;

/// <summary>The empty snapshot of a store that was deleted between finding and opening it.</summary>
public sealed class EmptySnapshot : IRecordSnapshot
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordKey> ReadKeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    /// <inheritdoc/>
    public ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken) =>
        new(new SnapshotState(Version: null, DateTimeOffset.UnixEpoch, ValueBytes: 0));

    /// <inheritdoc/>
    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken) => new((RecordContent?)null);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

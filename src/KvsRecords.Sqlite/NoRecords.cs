using System.Runtime.CompilerServices;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>What is left of a store that was deleted between finding and opening it.</summary>
internal sealed class NoRecords : IRecordSnapshot
{
    public async IAsyncEnumerable<RecordKey> ReadKeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken) => new((RecordContent?)null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using System.Runtime.CompilerServices;
using System.Text;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

/// <summary>A snapshot that counts what is asked of it. Keys come in the order of their UTF-8 bytes, as every snapshot's must.</summary>
internal sealed class RecordsInMemory(params IEnumerable<StoredRecord> records) : IRecordSnapshot
{
    private static readonly Comparer<StoredRecord> ByTheBytesOfTheKey = Comparer<StoredRecord>.Create(
        (one, other) => Encoding.UTF8.GetBytes(one.Key).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other.Key)));

    private readonly List<StoredRecord> _records = [.. records.Order(ByTheBytesOfTheKey)];

    private int _closed;
    private int _listed;
    private int _opened;

    public IReadOnlyList<StoredRecord> Records => _records;

    /// <summary>How many records have been opened.</summary>
    public int Opened => _opened;

    /// <summary>How many records are open.</summary>
    public int Open => _opened - _closed;

    /// <summary>How many keys have been asked for.</summary>
    public int Listed => _listed;

    /// <summary>What happens just before the record with this index is opened.</summary>
    public Func<int, Task> BeforeOpening { get; init; } = _ => Task.CompletedTask;

    /// <summary>How many keys can be read before listing fails.</summary>
    public int ListingFailsAfter { get; init; } = int.MaxValue;

    public async IAsyncEnumerable<RecordKey> ReadKeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var record in _records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_listed == ListingFailsAfter)
                throw new IOException("The folder is gone.");

            _listed++;
            yield return new RecordKey(record.Key);
        }

        await Task.CompletedTask;
    }

    public ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken) =>
        new(new SnapshotState(Version: null, DateTimeOffset.UnixEpoch, ValueBytes: 0));

    public async ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken)
    {
        var index = _records.FindIndex(_listed - 1, record => record.Key == key.Text);
        await BeforeOpening(index);
        if (_records[index].HasVanished)
            return null;

        Interlocked.Increment(ref _opened);
        return _records[index].Open(() => Interlocked.Increment(ref _closed));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

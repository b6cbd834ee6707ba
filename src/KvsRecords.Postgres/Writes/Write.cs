using System.Diagnostics;
using KvsRecords.Postgres.Records;
using Npgsql;

namespace KvsRecords.Postgres.Writes;

/// <summary>Something that waits to be written.</summary>
internal abstract class Write
{
    private readonly long _begun = Stopwatch.GetTimestamp();

    /// <summary>The time since it came.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_begun);

    /// <summary>Answers after the commit of the transaction.</summary>
    public abstract void Complete();

    /// <summary>Answers after the failure of the transaction.</summary>
    public abstract void Fail(Exception cause);
}

/// <summary>Something that is written in a transaction of its own.</summary>
/// <param name="apply">Writes. It may be called again after a fault, in a new transaction.</param>
internal sealed class OwnWrite<T>(Func<NpgsqlConnection, Task<T>> apply) : OwnWrite
{
    // The caller goes on elsewhere: the queue has other things to do.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Done => _done.Task;

    public override async Task ApplyAsync(NpgsqlConnection database) => _result = await apply(database);

    public override void Complete() => _done.SetResult(_result!);

    public override void Fail(Exception cause) => _done.SetException(cause);
}

/// <inheritdoc cref="OwnWrite{T}"/>
internal abstract class OwnWrite : Write
{
    public abstract Task ApplyAsync(NpgsqlConnection database);
}

/// <summary>A record that is put or deleted, together with others that wait.</summary>
/// <param name="store">The number of the store.</param>
/// <param name="key">Which record.</param>
/// <param name="version">The new version, whose <c>Born</c> is not known yet; null: the record is deleted.</param>
/// <param name="isTimed">Whether the version has a time of its own; otherwise it is that of the commit.</param>
/// <param name="counts">Whether it counts among the store's writes and deletes.</param>
internal sealed class RecordChange(long store, string key, RecordVersion? version, bool isTimed, bool counts) : Write
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Store => store;

    public string Key => key;

    public RecordVersion? Version => version;

    public bool Counts => counts;

    /// <summary>The memory that it takes, about, in bytes.</summary>
    public int Size => (version?.Body?.Length ?? 0) + key.Length;

    /// <summary>True where the store was there and, for a deletion, the record too.</summary>
    public bool IsDone { get; set; }

    public Task<bool> Done => _done.Task;

    public long ModifiedAt(long now) => isTimed ? version!.Modified : now;

    public override void Complete() => _done.SetResult(IsDone);

    public override void Fail(Exception cause) => _done.SetException(cause);
}

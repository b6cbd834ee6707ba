using KvsRecords.Storage;

namespace KvsRecords.Sqlite.Writes;

/// <summary>Something that waits to be written.</summary>
internal abstract class Write
{
    /// <summary>Tells whether the write MUST have survived a power cut when it is answered.</summary>
    public abstract bool WaitsForDisk { get; }

    /// <summary>Writes, as a part of a transaction.</summary>
    public abstract void Apply(Batch batch);

    /// <summary>Answers after the commit of the transaction.</summary>
    public abstract void Complete();

    /// <summary>Answers after the failure of the transaction.</summary>
    public abstract void Fail(Exception cause);
}

/// <summary>Something that waits to be written, and has an answer.</summary>
/// <param name="apply">Writes. When it refuses with an exception of the contract, it MUST NOT have changed anything.</param>
/// <param name="waitsForDisk">Whether the write MUST have survived a power cut when it is answered.</param>
internal sealed class Write<T>(Func<Batch, T> apply, bool waitsForDisk) : Write
{
    // The caller goes on elsewhere: the thread that writes has other things to do.
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _refused;

    public Task<T> Done => _done.Task;

    public override bool WaitsForDisk => waitsForDisk;

    public override void Apply(Batch batch)
    {
        _refused = null;
        try
        {
            _result = apply(batch);
        }
        catch (Exception e) when (e is StoreNameTakenException or StoreIdTakenException)
        {
            _refused = e;
        }
    }

    public override void Complete()
    {
        if (_refused is null)
            _done.SetResult(_result!);
        else
            _done.SetException(_refused);
    }

    public override void Fail(Exception cause) => _done.SetException(cause);
}

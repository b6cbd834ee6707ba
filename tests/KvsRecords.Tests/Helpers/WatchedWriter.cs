using System.IO.Pipelines;

namespace KvsRecords.Tests;

/// <summary>Tells how often is flushed, and when the writer has to wait for the reader.</summary>
internal sealed class WatchedWriter(PipeWriter output) : PipeWriter
{
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done once a flush has not been completed at once.</summary>
    public Task Waiting => _waiting.Task;

    public int Flushes { get; private set; }

    public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

    public override long UnflushedBytes => output.UnflushedBytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Flushes++;
        var flush = output.FlushAsync(cancellationToken);
        if (!flush.IsCompleted)
            _waiting.TrySetResult();
        return flush;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);

    public override void Advance(int bytes) => output.Advance(bytes);

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => output.Complete(exception);
}

using KvsRecords.Emulator;

namespace KvsRecords.Server.Emulator.Journal;

/// <summary>A request in the journal, to which facts are added until it ends. Only that request changes it.</summary>
internal sealed class JournalEntry(TimeProvider realTime, ReceivedRequest request)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _began = realTime.GetTimestamp();
    private volatile ReceivedRequest _request = request;

    /// <summary>Gives the facts that are known of the request so far.</summary>
    public ReceivedRequest Request => _request;

    /// <summary>Ends with the request.</summary>
    public Task Ended => _ended.Task;

    public bool IsBeingAnswered => _request.Status is not null && !_ended.Task.IsCompleted;

    /// <summary>Notes that the first byte of the answer is about to leave. The web server says so also when there is no client any more.</summary>
    public void BeginAnswer(Func<ReceivedRequest, ReceivedRequest> tell)
    {
        if (!_ended.Task.IsCompleted)
            _request = tell(_request);
    }

    public void End(Func<ReceivedRequest, ReceivedRequest> tell)
    {
        _request = tell(_request) with { DurationMillis = Math.Round(realTime.GetElapsedTime(_began).TotalMilliseconds, 1) };
        _ended.TrySetResult();
    }
}

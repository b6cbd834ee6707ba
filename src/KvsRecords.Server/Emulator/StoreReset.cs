using KvsRecords.Server.Errors;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;

namespace KvsRecords.Server.Emulator;

/// <summary>
/// Brings the server back to its state at the start: the stores are those of the seeds and of the configuration, and everything that was
/// set or noted since is gone.
/// </summary>
internal sealed class StoreReset(
    ServerOptions options, IEnumerable<IResettable> others, IHostApplicationLifetime server, OwnStorage? own = null) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile Task _running = Task.CompletedTask;

    /// <summary>Waits until no reset is under way: during one, the stores are not complete.</summary>
    public Task Ended => _running;

    /// <summary>
    /// MUST be done to its end once it has begun, even when its caller has left, unless the server ends as well. Requests that came before
    /// it go on with the records that they have opened, or find nothing any more.
    /// </summary>
    /// <returns>The reason for a refusal, which leaves everything as it was; null when the reset is done.</returns>
    /// <exception cref="IOException">The stores cannot be brought back; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The caller has left before it began, or while the server ends.</exception>
    public async Task<ApiError?> ResetAsync(CancellationToken cancellationToken)
    {
        if (own is null)
            return ApiError.ReadOnlyFolder;
        if (!own.IsEphemeral && !options.AllowReset)
            return ApiError.ResetNotAllowed;

        await _turn.WaitAsync(cancellationToken);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running = ended.Task;
        using var gone = new CancellationTokenSource();
        using var left = cancellationToken.Register(GiveUpAtTheEnd);
        using var stopping = server.ApplicationStopping.Register(GiveUpAtTheEnd);
        try
        {
            foreach (var other in others)
                other.Reset();
            await own.ResetAsync(options, gone.Token);
            return null;
        }
        finally
        {
            ended.SetResult();
            _turn.Release();
        }

        // A server that ends still waits for its open requests, as long as the settings say. Stores that are missing then are loaded at the
        // next start.
        void GiveUpAtTheEnd()
        {
            if (cancellationToken.IsCancellationRequested && server.ApplicationStopping.IsCancellationRequested)
                gone.Cancel();
        }
    }

    public void Dispose() => _turn.Dispose();
}

using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace KvsRecords.Benchmarks;

/// <summary>One running server, from its ready line to the end of its process.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int Terminate = 15;

    // Some are filled before they answer.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Func<string, Uri?> _ready;
    private readonly TaskCompletionSource<Uri> _origin = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _lastWords = new();

    private ServerProcess(ProcessStartInfo start, Func<string, Uri?> ready)
    {
        _ready = ready;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _origin.TrySetException(new BenchmarkException("it ended instead of answering"));
    }

    public Uri Origin { get; private set; } = null!;

    public ProcessFigures Figures => new(_process.Id);

    /// <param name="start">What is started.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="ready">Where it answers, if a line of its output says that it does; unless told, the address in that line.</param>
    public static async Task<ServerProcess> StartAsync(
        ProcessStartInfo start, CancellationToken cancel, Func<string, Uri?>? ready = null)
    {
        var server = new ServerProcess(start, ready ?? AddressIn);
        try
        {
            server._process.Start();
            server._process.BeginOutputReadLine();
            server._process.BeginErrorReadLine();
            server.Origin = await server._origin.Task.WaitAsync(Patience, cancel);
            return server;
        }
        catch (Exception failure) when (failure is BenchmarkException or TimeoutException or Win32Exception)
        {
            await server.DisposeAsync();
            throw new BenchmarkException($"did not start: {string.Join(" / ", (string[])[failure.Message, .. server._lastWords])}");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning())
            await EndAsync();
        _process.Dispose();
    }

    private bool IsRunning()
    {
        try
        {
            return !_process.HasExited;
        }
        catch (InvalidOperationException)
        {
            // It was never started.
            return false;
        }
    }

    private async Task EndAsync()
    {
        _ = Signal(_process.Id, Terminate);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
    }

    // Read to the end in any case: a server whose output nobody takes would stand still.
    private void Hear(string? line)
    {
        if (line is null)
            return;
        if (_ready(line) is { } origin)
            _origin.TrySetResult(origin);
        _lastWords.Enqueue(line);
        if (_lastWords.Count > 5)
            _lastWords.TryDequeue(out _);
    }

    private static Uri? AddressIn(string line) => Address().Match(line) is { Success: true } match ? new Uri(match.Value) : null;

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}

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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _lastWords = new();

    private ServerProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new BenchmarkException("it ended instead of answering"));
    }

    public Uri Origin { get; private set; } = null!;

    public ProcessFigures Figures => new(_process.Id);

    public static async Task<ServerProcess> StartAsync(ProcessStartInfo start, CancellationToken cancel)
    {
        var server = new ServerProcess(start);
        try
        {
            server._process.Start();
            server._process.BeginOutputReadLine();
            server._process.BeginErrorReadLine();
            server.Origin = await server._ready.Task.WaitAsync(Patience, cancel);
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
        if (Address().Match(line) is { Success: true } match)
            _ready.TrySetResult(new Uri(match.Value));
        _lastWords.Enqueue(line);
        if (_lastWords.Count > 5)
            _lastWords.TryDequeue(out _);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}

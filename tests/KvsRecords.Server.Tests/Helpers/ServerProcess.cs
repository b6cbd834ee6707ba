using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KvsRecords.Server.Tests;

/// <summary>The program itself, as a user starts it.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static string Executable { get; } =
        Path.Join(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "kvs-records.exe" : "kvs-records");

    public int Id => _process.Id;

    public string Log => string.Join('\n', _log);

    public IReadOnlyList<string> Output => [.. _output];

    public Uri Address => new(Output[0]["KvsRecords listening on ".Length..]);

    /// <summary>Starts it and waits for the line that says that it answers.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">The variables that are set for it.</param>
    /// <param name="currentFolder">Where it starts.</param>
    /// <param name="through">The program, with its arguments, that becomes the server; none: it is started itself.</param>
    public static async Task<ServerProcess> StartAsync(
        string[] arguments, IDictionary<string, string>? environment = null, string? currentFolder = null, params string[] through)
    {
        var server = new ServerProcess(await PrepareAsync(arguments, environment, currentFolder, through));
        try
        {
            await Task.WhenAny(server._ready.Task, server._process.WaitForExitAsync()).WaitAsync(Patience);
            Assert.True(server._ready.Task.IsCompleted, $"It ended before it was ready:\n{server.Log}");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it and waits until it has said something on standard error, while it is not ready yet.</summary>
    public static async Task<ServerProcess> StartUntilAsync(string said, string[] arguments)
    {
        var server = new ServerProcess(await PrepareAsync(arguments, environment: null, currentFolder: null));
        for (var tries = 0; tries < 600 && !server.Log.Contains(said, StringComparison.Ordinal) && !server._process.HasExited; tries++)
            await Task.Delay(50);
        Assert.Contains(said, server.Log, StringComparison.Ordinal);
        Assert.False(server._process.HasExited);
        return server;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] arguments, IDictionary<string, string>? environment = null, string? currentFolder = null)
    {
        await using var server = new ServerProcess(await PrepareAsync(arguments, environment, currentFolder));
        var exitCode = await server.ExitAsync();
        return (exitCode, string.Join('\n', server.Output), server.Log);
    }

    /// <summary>The status of an archive's download.</summary>
    public async Task<int> StatusAsync(string store, string token = RunningServer.DevelopmentToken)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(
            new Uri(Address, $"/v2/key-value-stores/{store}/records?token={token}"), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public void Signal(PosixSignal signal) => Assert.Equal(0, Kill(_process.Id, signal == PosixSignal.SIGINT ? 2 : 15));

    /// <summary>Ends it as a power cut would, but for the disk.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task<int> ExitAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Captured.Said(Log);
        Captured.Printed(string.Join('\n', Output));
    }

    private static async Task<Process> PrepareAsync(
        string[] arguments, IDictionary<string, string>? environment, string? currentFolder, params string[] through)
    {
        arguments = await Databases.InPlaceOfFoldersAsync(arguments);
        string[] command = [.. through, Executable, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = currentFolder ?? Path.GetTempPath(),
        };

        if (Array.IndexOf(arguments, "--config") is >= 0 and var config && File.Exists(arguments[config + 1]))
            Captured.Secret(SecretsOf.Configuration(await File.ReadAllTextAsync(arguments[config + 1])));
        Captured.Secret(environment?.TryGetValue("APIFY_TOKEN", out var token) == true ? token : null);

        // What the machine that runs the tests happens to have set must not decide them.
        foreach (var name in start.Environment.Keys.Where(IsASetting).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new Process { StartInfo = start };
    }

    private static bool IsASetting(string name) =>
        name.StartsWith("KVSRECORDS_", StringComparison.Ordinal)
        || name is "CRAWLEE_STORAGE_DIR" or "APIFY_LOCAL_STORAGE_DIR" or "APIFY_TOKEN" or "ASPNETCORE_URLS"
            or "ACTOR_INPUT_KEY" or "APIFY_INPUT_KEY" or "CRAWLEE_INPUT_KEY";

    private void Take(string? line)
    {
        if (line is null)
            return;

        _output.Enqueue(line);
        if (line.StartsWith("KvsRecords listening on ", StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

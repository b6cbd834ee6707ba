using System.Diagnostics;
using System.Globalization;

namespace KvsRecords.Benchmarks.UnderLoad;

/// <summary>
/// Somebody who asks for the server's health again and again, in a process of his own: in that of the clients he would also wait until
/// each of their threads has been stopped for the garbage collector.
/// </summary>
internal sealed class HealthProbe : IDisposable
{
    private const string Command = "ask-for-health";

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly Task<string> _output;

    private HealthProbe(Process process) => (_process, _output) = (process, process.StandardOutput.ReadToEndAsync());

    public static HealthProbe Start(Uri origin)
    {
        var program = Path.ChangeExtension(typeof(HealthProbe).Assembly.Location, null);
        return new HealthProbe(Process.Start(new ProcessStartInfo(program, [Command, origin.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
    }

    /// <summary>Does it, if this is what the process was started for: until its input ends.</summary>
    public static bool Runs(string[] args)
    {
        if (args is not [Command, var origin])
            return false;

        using var client = new HealthClient(new Uri(origin));
        var end = Task.Run(Console.In.ReadToEnd);
        // What it takes to ask the first time is its own time.
        client.Ask();
        while (!end.Wait(Between))
            Console.WriteLine(client.Ask().ToString(CultureInfo.InvariantCulture));
        return true;
    }

    /// <returns>The milliseconds until each answer.</returns>
    public async Task<IReadOnlyList<double>> StopAsync(CancellationToken cancel)
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(cancel);
        return _process.ExitCode == 0
            ? [.. (await _output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(time => double.Parse(time, CultureInfo.InvariantCulture))]
            : throw new BenchmarkException("the server's health was not answered");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}

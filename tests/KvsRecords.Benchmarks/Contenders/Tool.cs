using System.ComponentModel;
using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>The commands that build or install a peer, or show what the machine takes for something.</summary>
internal static class Tool
{
    /// <returns>What it printed.</returns>
    /// <exception cref="NotHereException">There is no such command, or it failed.</exception>
    public static async Task<string> RunAsync(string name, IEnumerable<string> arguments, CancellationToken cancel, string folder = "/")
    {
        var command = Cli.Wrap(name)
            .WithArguments(arguments)
            .WithWorkingDirectory(folder)
            // A measurement downloads no compiler.
            .WithEnvironmentVariables(variables => variables.Set("GOTOOLCHAIN", "local"))
            .WithValidation(CommandResultValidation.None);
        try
        {
            var run = await command.ExecuteBufferedAsync(cancel);
            if (!run.IsSuccess)
                throw new NotHereException($"{name} failed: {run.StandardError.Trim()}");
            // Some print their version as if it were an error.
            return run.StandardOutput.Trim() is { Length: > 0 } printed ? printed : run.StandardError.Trim();
        }
        catch (Win32Exception)
        {
            throw new NotHereException($"no {name} on the PATH");
        }
    }

    /// <summary>Times <c>ls -l</c>, in milliseconds.</summary>
    public static async Task<double> TimeListingAsync(string folder, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        await RunAsync("ls", ["-l", folder], cancel);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}

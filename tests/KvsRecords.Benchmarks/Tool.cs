using System.ComponentModel;
using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>A command that a peer needs to be built; without it the peer is not here.</summary>
internal static class Tool
{
    public static async Task<string> RunAsync(string name, IEnumerable<string> arguments, string folder, CancellationToken cancel)
    {
        using var process = Start(name, arguments, folder);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var errors = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != 0)
                throw new NotHereException($"{name} failed: {(await errors).Trim()}");
            // Some tell their version as if it were an error.
            return (await output).Trim() is { Length: > 0 } said ? said : (await errors).Trim();
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string name, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // A measurement downloads no compiler.
            Environment = { ["GOTOOLCHAIN"] = "local" },
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new NotHereException($"no {name} on the PATH");
        }
    }
}

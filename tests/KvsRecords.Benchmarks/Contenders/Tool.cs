using System.ComponentModel;
using System.Diagnostics;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>The commands that build or install a peer.</summary>
internal static class Tool
{
    /// <summary>Copies the source of a peer to where building it leaves nothing behind.</summary>
    public static string CopySource(Bench bench, string peer)
    {
        var target = Directory.CreateDirectory(bench.Scratch(peer)).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "peers", peer)))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        return target;
    }

    /// <returns>What it printed.</returns>
    /// <exception cref="NotHereException">There is no such command, or it failed.</exception>
    public static async Task<string> RunAsync(string name, IEnumerable<string> arguments, string folder, CancellationToken cancel)
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
            using var process = Process.Start(start)!;
            using var end = cancel.Register(() => process.Kill(entireProcessTree: true));
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != 0)
                throw new NotHereException($"{name} failed: {(await errors).Trim()}");
            // Some print their version as if it were an error.
            return (await output).Trim() is { Length: > 0 } printed ? printed : (await errors).Trim();
        }
        catch (Win32Exception)
        {
            throw new NotHereException($"no {name} on the PATH");
        }
    }
}

using System.Globalization;
using KvsRecords.Benchmarks.UnderLoad;

namespace KvsRecords.Benchmarks;

/// <summary>What the kernel knows of a process.</summary>
internal sealed class ProcessFigures(int process)
{
    public long ResidentBytes => Status("VmRSS:");

    public long PeakResidentBytes => Status("VmHWM:");

    public OpenFiles OpenFiles => OpenFiles.Of(process);

    /// <summary>From now on, the peak is that of what comes.</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    /// <summary>Waits until the process has nothing left to do, such as giving up an aborted download.</summary>
    public async Task QuietAsync(CancellationToken cancel, int seconds = 5)
    {
        // A server may have something to do for ever; the measurement then goes on all the same.
        for (var tries = 0; tries < 10 * seconds; tries++)
        {
            var before = Ticks();
            await Task.Delay(100, cancel);
            if (Ticks() == before)
                return;
        }
    }

    private long Status(string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    private long Ticks()
    {
        var line = File.ReadAllText($"/proc/{process}/stat");
        // The name of the program, in parentheses, may hold spaces.
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }
}

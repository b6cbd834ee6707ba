using System.Globalization;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>The kernel's figures of a process.</summary>
internal sealed class ProcessFigures(int process)
{
    /// <summary>Resident memory, in MB.</summary>
    public double Resident => Status("VmRSS:");

    /// <summary>The most of it since <see cref="RestAsync"/>.</summary>
    public double Peak => Status("VmHWM:");

    public OpenFiles OpenFiles
    {
        get
        {
            // A file that has been closed in the meantime has no target.
            string[] names = [.. Directory.GetFiles($"/proc/{process}/fd").Select(link => new FileInfo(link).LinkTarget ?? "")];
            return new(names.Length, names.Count(name => name.StartsWith("socket:")), names.Count(name => name.EndsWith(" (deleted)")));
        }
    }

    /// <summary>Waits until the process does nothing for 0.1 s, such as after an aborted download; at most some seconds.</summary>
    public async Task QuietAsync(CancellationToken cancel, int seconds = 5)
    {
        for (var (tries, before) = (0, ""); tries < 10 * seconds && before != Ticks(); tries++)
        {
            before = Ticks();
            await Task.Delay(100, cancel);
        }
    }

    /// <summary>Waits until the process does nothing, and lets the peak begin again.</summary>
    /// <returns>The memory of the idle process.</returns>
    public async Task<double> RestAsync(CancellationToken cancel)
    {
        await QuietAsync(cancel);
        await File.WriteAllTextAsync($"/proc/{process}/clear_refs", "5", cancel);
        return Resident;
    }

    private double Status(string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024e-6 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    // Behind the name of the program, which may hold spaces.
    private string Ticks() => string.Join(' ', File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ')[12..14]);
}

/// <summary>How many files a process has open; deleted ones have no name any more, and keep their place on the disk.</summary>
internal sealed record OpenFiles(int Count, int Sockets, int Deleted)
{
    public override string ToString() => $"{Count} ({Sockets} sockets, {Deleted} deleted files)";
}

using System.Globalization;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>The kernel's figures of a process.</summary>
internal sealed class ProcessFigures(int process)
{
    public long ResidentBytes => Status("VmRSS:");

    public long PeakResidentBytes => Status("VmHWM:");

    public OpenFiles OpenFiles
    {
        get
        {
            // A file that has been closed in the meantime has no target.
            string[] names = [.. Directory.GetFiles($"/proc/{process}/fd").Select(link => new FileInfo(link).LinkTarget ?? "")];
            return new(names.Length, names.Count(name => name.StartsWith("socket:")), names.Count(name => name.EndsWith(" (deleted)")));
        }
    }

    /// <summary>Lets the peak begin again at the present size.</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    /// <summary>Waits until the process does nothing for 0.1 s, such as after an aborted download; at most some seconds.</summary>
    public async Task QuietAsync(CancellationToken cancel, int seconds = 5)
    {
        for (var (tries, before) = (0, ""); tries < 10 * seconds && before != Ticks(); tries++)
        {
            before = Ticks();
            await Task.Delay(100, cancel);
        }
    }

    private long Status(string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    // Behind the name of the program, which may hold spaces.
    private string Ticks() => string.Join(' ', File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ')[12..14]);
}

/// <summary>How many files a process has open; deleted ones have no name any more, and keep their place on the disk.</summary>
internal sealed record OpenFiles(int Count, int Sockets, int Deleted)
{
    public override string ToString() => $"{Count} ({Sockets} sockets, {Deleted} deleted files)";
}

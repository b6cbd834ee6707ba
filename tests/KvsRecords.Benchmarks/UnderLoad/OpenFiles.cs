namespace KvsRecords.Benchmarks.UnderLoad;

/// <summary>What a process has open.</summary>
internal sealed class OpenFiles
{
    private readonly List<string> _names;

    private OpenFiles(List<string> names) => _names = names;

    public int Count => _names.Count;

    public int Sockets => _names.Count(name => name.StartsWith("socket:", StringComparison.Ordinal));

    /// <summary>Those that have no name any more, and keep their place on the disk.</summary>
    public int Deleted => _names.Count(name => name.EndsWith(" (deleted)", StringComparison.Ordinal));

    public static OpenFiles Of(int process) =>
        new([.. Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Select(Target)]);

    public override string ToString() => $"{Count} ({Sockets} sockets, {Deleted} deleted files)";

    // One that has been closed meanwhile is not open.
    private static string Target(string link) => new FileInfo(link).LinkTarget ?? "";
}

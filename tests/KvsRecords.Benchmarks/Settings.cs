namespace KvsRecords.Benchmarks;

/// <summary>What the command line asked for.</summary>
internal sealed record Settings(
    bool Quick,
    IReadOnlyList<string> Measures,
    int Rounds,
    int Seconds,
    IReadOnlyList<string> Sets,
    IReadOnlyList<string> Contenders,
    FileInfo? Server,
    FileInfo? Markdown,
    DirectoryInfo? Data);

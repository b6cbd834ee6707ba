using KvsRecords.Benchmarks.Measures.UnderLoad;

namespace KvsRecords.Benchmarks.Measures;

/// <summary>A measure: a name for the command line, and what fills its tables.</summary>
internal sealed record Measure(string Name, Func<Bench, CancellationToken, Task> RunAsync)
{
    /// <summary>All of them, in the order in which they run. A new one is a file beside these, and a line here.</summary>
    public static IReadOnlyList<Measure> All { get; } =
    [
        new("splicing", Downloads.OfManagedStoresAsync),
        new("live", Downloads.OfLiveFoldersAsync),
        new("kept", Downloads.OfKeptArchivesAsync),
        new("keeping", Keeping.RunAsync),
        new("folder", (bench, cancel) => new Folders(bench, cancel).RunAsync()),
        new("memory", Memory.RunAsync),
        new("records", Records.RunAsync),
        new("start", Start.RunAsync),
        new("postgres", Databases.RunAsync),
        new("load", (bench, cancel) => new LoadTest(bench).RunAsync(cancel)),
    ];
}

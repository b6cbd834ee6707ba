using KvsRecords.Benchmarks.Measures;
using KvsRecords.Benchmarks.Measures.UnderLoad;

namespace KvsRecords.Benchmarks;

/// <summary>The values of the options.</summary>
internal sealed record Settings(
    bool Quick, string[] Measures, int Rounds, int Seconds, string[] Sets, string[] Peers, FileInfo? Server, FileInfo? Markdown);

/// <summary>One run of the benchmark, with what its measures share.</summary>
internal sealed class Bench(Settings settings, CancellationToken cancel) : IDisposable
{
    /// <summary>The measures, in the order in which they run.</summary>
    public static readonly (string Name, Func<Bench, Task> RunAsync)[] Measures =
    [
        ("splicing", bench => new Downloads(bench, "splicing").RunAsync()),
        ("live", bench => new Downloads(bench, "live").RunAsync()),
        ("kept", bench => new Downloads(bench, "kept").RunAsync()),
        ("keeping", Keeping.RunAsync),
        ("folder", bench => new Folders(bench).RunAsync()),
        ("memory", Memory.RunAsync),
        ("records", Records.RunAsync),
        ("start", Start.RunAsync),
        ("postgres", Databases.RunAsync),
        ("load", bench => new LoadTest(bench).RunAsync()),
    ];

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("kvs-records-benchmarks-");

    public Settings Settings => settings;

    public CancellationToken Cancel => cancel;

    public Report Report { get; } = new();

    public DataSets Sets => field ??= new DataSets(this);

    public Ours Ours => field ??= Ours.Find(this, isNative: false);

    /// <summary>Null where a peer is left out or cannot be installed. It is made when it is first needed.</summary>
    public Task<Go?> Go => field ??= FindAsync(Contenders.Go.Name, Contenders.Go.PrepareAsync);

    public Task<Nginx?> Nginx => field ??= FindAsync(Contenders.Nginx.Name, Contenders.Nginx.PrepareAsync);

    public Task<Azurite?> Azurite => field ??= FindAsync(Contenders.Azurite.Name, Contenders.Azurite.PrepareAsync);

    /// <summary>Returns a path inside of a folder that is deleted when the run ends.</summary>
    public string Scratch(string name) => Path.Combine(_scratch.FullName, name);

    /// <returns>The exit code: 1 when something did not work.</returns>
    public async Task<int> RunAsync()
    {
        Report.About($"{Ours.Name}: {await Tool.RunAsync(Ours.Executable.FullName, ["--version"], cancel)}");
        foreach (var (name, runAsync) in Measures.Where(measure => settings.Measures.Contains(measure.Name)))
        {
            try
            {
                await runAsync(this);
            }
            catch (NotHereException absence)
            {
                Report.About($"{name} is left out: {absence.Message}");
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested && BenchmarkException.IsOfServer(failure))
            {
                Report.Fail($"{name}: {failure.Message}");
            }
        }
        Report.Conclude(settings.Quick);
        if (settings.Markdown is { } file)
            await File.WriteAllTextAsync(file.FullName, Report.Markdown, cancel);
        return Report.Failed ? 1 : 0;
    }

    public void Dispose() => _scratch.Delete(recursive: true);

    private async Task<T?> FindAsync<T>(string name, Func<Bench, Task<T>> prepareAsync)
        where T : class
    {
        try
        {
            return settings.Peers.Contains(name) ? await prepareAsync(this) : null;
        }
        catch (NotHereException absence)
        {
            Report.About($"{name}: not here: {absence.Message}");
            return null;
        }
    }
}

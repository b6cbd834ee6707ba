using KvsRecords.Benchmarks.Measures;

namespace KvsRecords.Benchmarks;

/// <summary>One run of the benchmark, with what its measures share.</summary>
internal sealed class Bench(Settings settings) : IDisposable
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("kvs-records-benchmarks-");
    private readonly Dictionary<string, object?> _peers = [];

    public Settings Settings => settings;

    public Report Report { get; } = new();

    public DataSets Sets => field ??= new DataSets(this);

    /// <summary>The server that is measured.</summary>
    public Ours Ours => field ??= Ours.Find(settings);

    /// <summary>Returns a path inside of a folder that is deleted when the run ends.</summary>
    public string Scratch(string name) => Path.Combine(_scratch.FullName, name);

    /// <returns>The exit code: 1 when something did not work.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        Report.About($"{Ours.Name}: {await Tool.RunAsync(Ours.Executable, ["--version"], Environment.CurrentDirectory, cancel)}");
        foreach (var measure in Measure.All.Where(measure => settings.Measures.Contains(measure.Name)))
        {
            try
            {
                await measure.RunAsync(this, cancel);
            }
            catch (NotHereException absence)
            {
                Report.About($"{measure.Name} is left out: {absence.Message}");
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested && BenchmarkException.IsOfServer(failure))
            {
                Report.Fail($"{measure.Name}: {failure.Message}");
            }
        }
        Report.Conclude(settings.Quick);
        if (settings.Markdown is { } file)
            await File.WriteAllTextAsync(file.FullName, Report.Markdown, cancel);
        return Report.Failed ? 1 : 0;
    }

    /// <summary>Builds or installs a peer, when it is first needed.</summary>
    /// <returns>Null where the peer is left out or cannot be installed.</returns>
    public async Task<T?> FindAsync<T>(string name, Func<Bench, CancellationToken, Task<T>> prepare, CancellationToken cancel)
        where T : class
    {
        if (!settings.Peers.Contains(name))
            return null;
        if (_peers.TryGetValue(name, out var known))
            return (T?)known;
        try
        {
            _peers[name] = await prepare(this, cancel);
        }
        catch (NotHereException absence)
        {
            Report.About($"{name}: not here: {absence.Message}");
            _peers[name] = null;
        }
        return (T?)_peers[name];
    }

    public void Dispose() => _scratch.Delete(recursive: true);
}

namespace KvsRecords.Benchmarks.Sets;

/// <summary>A set on the disk: a store of a live storage folder, with a file for each record.</summary>
internal sealed record DataSet(string Name, string Storage, int Records, long Bytes)
{
    public string Folder => Path.Combine(Storage, "key_value_stores", Name);

    /// <summary>The set of ten records in the same storage.</summary>
    public DataSet Ten => this with { Name = Recipe.Ten, Records = 10 };
}

/// <summary>The sets. Each is made from a fixed seed when it is first needed, in a storage folder of its own.</summary>
internal sealed class DataSets(Bench bench)
{
    private readonly Dictionary<string, DataSet> _made = [];

    public async Task<DataSet> GetAsync(string name)
    {
        if (_made.TryGetValue(name, out var made))
            return made;
        Report.Progress($"{name}: making the set");
        // On another thread, so that Ctrl-C is answered while it runs.
        await Task.Run(() => Make(Recipe.Ten, name), bench.Cancel);
        var set = _made[name] = await Task.Run(() => Make(name, name), bench.Cancel);
        bench.Report.About($"{name}: {set.Records:N0} records, {set.Bytes / 1e6:N1} MB");
        return set;
    }

    private DataSet Make(string name, string storage)
    {
        var (recipe, random) = (Recipe.Of(name, bench.Settings.Quick), new Random(20_240_229));
        var set = new DataSet(name, bench.Scratch($"set-{storage}"), recipe.Records, Bytes: 0);
        var folder = Directory.CreateDirectory(set.Folder);
        for (var number = 0; number < recipe.Records; number++)
        {
            bench.Cancel.ThrowIfCancellationRequested();
            recipe.Write(Path.Combine(set.Folder, $"record-{number:D6}"), random, number);
        }
        return set with { Bytes = folder.EnumerateFiles().Sum(file => file.Length) };
    }
}

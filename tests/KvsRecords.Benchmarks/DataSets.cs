using System.Globalization;

namespace KvsRecords.Benchmarks;

/// <summary>Makes the sets, or finds them made by an earlier run.</summary>
internal sealed class DataSets(Settings settings, TempFolder scratch)
{
    // A set kept from before the recipes changed is not the same set; whoever changes them counts this up.
    private const int Edition = 2;

    private const int Seed = 20_240_229;

    private readonly string _root = Path.Combine(settings.Data?.FullName ?? scratch.Inside("data"), settings.Quick ? "quick" : "full");

    public static IReadOnlyList<string> Names => Recipes.Names;

    public async Task<IReadOnlyList<DataSet>> MakeAsync(IEnumerable<string> names, Report report, CancellationToken cancel)
    {
        var sets = new List<DataSet>();
        foreach (var name in names)
        {
            var recipe = Recipes.Of(name, settings.Quick);
            Report.Progress($"{name}: making it, or finding it");
            // Off the caller's thread, so that Ctrl-C is answered while it runs.
            sets.Add(await Task.Run(() => Kept(recipe) ?? Make(recipe, cancel), cancel));
        }
        report.Add(Describe(sets));
        return sets;
    }

    private static Table Describe(IEnumerable<DataSet> sets)
    {
        var table = new Table("Sets", "set", "records", "MB");
        foreach (var set in sets)
            table.Row(set.Name, $"{set.Records:N0}", $"{set.Bytes / 1e6:N1}");
        return table;
    }

    private DataSet? Kept(Recipe recipe)
    {
        var stamp = Stamp(recipe);
        if (!File.Exists(stamp) || File.ReadAllText(stamp).Split(' ') is not [var edition, var records, var bytes])
            return null;
        if (edition != $"{Edition}" || records != $"{recipe.Records}")
            return null;
        return new DataSet(recipe.Name, Storage(recipe), recipe.Records, long.Parse(bytes, CultureInfo.InvariantCulture));
    }

    private DataSet Make(Recipe recipe, CancellationToken cancel)
    {
        var folder = DataSet.FolderIn(Storage(recipe), recipe.Name);
        var stamp = Stamp(recipe);
        if (Directory.Exists(folder) && !File.Exists(stamp))
            throw new BenchmarkException($"{folder} was not made by the benchmark, so it is left alone; choose another --data.");
        Directory.CreateDirectory(Storage(recipe));
        File.WriteAllText(stamp, "unfinished");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);

        var random = new Random(Seed);
        long bytes = 0;
        for (var number = 0; number < recipe.Records; number++)
        {
            cancel.ThrowIfCancellationRequested();
            bytes += Write(folder, recipe.Make(random, number));
        }
        File.WriteAllText(stamp, $"{Edition} {recipe.Records} {bytes}");
        return new DataSet(recipe.Name, Storage(recipe), recipe.Records, bytes);
    }

    private static long Write(string folder, Record record)
    {
        using var file = new FileStream(Path.Combine(folder, record.FileName), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        record.Write(file);
        return file.Length;
    }

    // One for each set: who seeds a storage takes all its stores.
    private string Storage(Recipe recipe) => Path.Combine(_root, recipe.Name);

    // Outside the storage folder: the server is to find records there and nothing else.
    private string Stamp(Recipe recipe) => Path.Combine(_root, $"{recipe.Name}.stamp");
}

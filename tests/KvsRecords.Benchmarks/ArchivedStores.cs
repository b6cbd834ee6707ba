using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>The stores whose archives are downloaded. Each is made once in a run, when it is first needed, in one storage.</summary>
internal sealed class ArchivedStores(Settings settings, TempFolder scratch)
{
    private readonly HashSet<string> _made = [];

    /// <summary>Holds 10 records.</summary>
    public ArchivedStore Ten { get; } = ArchivedStore.Small("ten", first: 0, records: 10);

    /// <summary>Holds 1 % of the records of <see cref="Million"/>, which <see cref="Hundredth"/> selects of it.</summary>
    public ArchivedStore TenThousand { get; } = settings.Quick
        ? ArchivedStore.Small("ten-thousand", first: 420, records: 10)
        : ArchivedStore.Small("ten-thousand", first: 420_000, records: 10_000);

    public ArchivedStore HundredThousand { get; } = ArchivedStore.Small("hundred-thousand", first: 0, settings.Quick ? 100 : 100_000);

    public ArchivedStore Million { get; } = ArchivedStore.Small("million", first: 0, settings.Quick ? 1_000 : 1_000_000);

    /// <summary>The set small, written in the order of its keys.</summary>
    public ArchivedStore Small { get; } = ArchivedStore.Small("small", first: 0, settings.Quick ? 500 : 50_000);

    public ArchivedStore Shuffled => Small.Shuffled("shuffled");

    public ArchivedStore Mixed { get; } = ArchivedStore.Of(Recipes.Of("mixed", settings.Quick));

    /// <summary>The prefix that selects those of <see cref="TenThousand"/> in <see cref="Million"/>.</summary>
    public string Hundredth => ArchivedStore.SmallKey(TenThousand.Numbers[0])[..^(settings.Quick ? 1 : 4)];

    /// <summary>Fills those that are not there yet, and looks whether their archives hold them. No server may have the storage.</summary>
    public async Task MakeAsync(OurProgram ours, IEnumerable<ArchivedStore> stores, CancellationToken cancel)
    {
        var made = new List<(ArchivedStore Store, long Bytes)>();
        await using (var storage = ArchivedStore.Open(Folder))
        {
            foreach (var store in stores.Where(store => _made.Add(store.Name)))
            {
                Report.Progress($"{store.Name}: making it, of {store.Records:N0} records");
                made.Add((store, await store.FillAsync(storage, cancel)));
            }
        }
        await CheckAsync(ours, made, cancel);
    }

    /// <summary>Starts a server on them.</summary>
    public Task<ServerProcess> ServeAsync(OurProgram ours, CancellationToken cancel) => ServerProcess.StartAsync(Command(ours), cancel);

    public ProcessStartInfo Command(OurProgram ours) => ours.Serve("--data", Folder, "--log-level", "warning");

    // By a server of its own: one that is measured has not answered anybody yet.
    private async Task CheckAsync(OurProgram ours, List<(ArchivedStore Store, long Bytes)> made, CancellationToken cancel)
    {
        await using var server = await ServeAsync(ours, cancel);
        using var client = new Download();
        foreach (var (store, bytes) in made)
            await new SavedArchive(client, scratch).CheckAsync(new Uri(server.Origin, store.Path), store.Records, bytes, cancel);
    }

    private string Folder => scratch.Inside("archived");
}

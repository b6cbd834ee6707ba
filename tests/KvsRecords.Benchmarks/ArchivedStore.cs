using KvsRecords.Sqlite;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Benchmarks;

/// <summary>A store of ours whose archive is downloaded: its records in the order in which they are written.</summary>
internal sealed record ArchivedStore(string Name, IReadOnlyList<int> Numbers, Func<int, ArchivedRecord> Make)
{
    // Many at once share a transaction.
    private const int AtOnce = 512;

    private const int Seed = 20_240_229;

    private static readonly User Owner = new("KvsRecordsDevUser", "dev");

    /// <summary>Those of its small records.</summary>
    public static RecordBodies Bodies { get; } = new("1 kB", (random, number) => ProductJson.Make(random, number, bytes: 0));

    public int Records => Numbers.Count;

    /// <summary>Where its archive is.</summary>
    public string Path => $"/v2/key-value-stores/dev~{Name}/records";

    /// <summary>JSON of about 1 kB, in the order of the keys.</summary>
    public static ArchivedStore Small(string name, int first, int records) => new(name, [.. Enumerable.Range(first, records)], SmallRecord);

    /// <summary>The same, under keys that are spread, as <see cref="RecordStore"/> has them.</summary>
    public static ArchivedStore Hashed(string name, int records) => new(
        name, [.. Enumerable.Range(0, records)], number => new(RecordStore.Key(number), "application/json", Bodies.ArrayOf(number)));

    /// <summary>The same records, written in random order.</summary>
    public ArchivedStore Shuffled(string name)
    {
        var numbers = Numbers.ToArray();
        new Random(Seed).Shuffle(numbers);
        return this with { Name = name, Numbers = numbers };
    }

    /// <summary>What a set holds.</summary>
    public static ArchivedStore Of(Recipe recipe) =>
        new(recipe.Name, [.. Enumerable.Range(0, recipe.Records)], number => ArchivedRecord.Of(recipe.Make(new Random(number), number)));

    /// <summary>Has as many digits as the largest store needs, so that the beginnings of keys select tenths and hundredths of it.</summary>
    public static string SmallKey(int number) => $"product-{number:D6}";

    /// <summary>Fills it by the server's own storage, as seeding does, which is faster than asking the server.</summary>
    /// <returns>How many bytes its records have.</returns>
    public async Task<long> FillAsync(SqliteStorage storage, CancellationToken cancel)
    {
        var model = new Store { Id = StoreId.Create(), Location = "", Owner = Owner, Name = Name };
        await using var import = await storage.BeginImportAsync(model, cancel)
            ?? throw new BenchmarkException($"there is a store {Name} already");
        var bytes = 0L;
        await Parallel.ForAsync(
            0, Records, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (place, cancelled) =>
            {
                var record = Make(Numbers[place]);
                using var body = new MemoryStream(record.Body);
                await import.PutAsync(new NewRecord(new RecordKey(record.Key), record.ContentType), body, cancelled);
                Interlocked.Add(ref bytes, record.Body.Length);
            });
        return await import.CompleteAsync(cancel) ? bytes : throw new BenchmarkException($"the store {Name} was not filled");
    }

    public static SqliteStorage Open(string folder) =>
        SqliteStorage.Open(new SqliteStorageOptions { Folder = folder, FindUser = _ => Owner, Durable = false });

    private static ArchivedRecord SmallRecord(int number) => new(SmallKey(number), "application/json", Bodies.ArrayOf(number));
}

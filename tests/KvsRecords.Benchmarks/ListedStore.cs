using KvsRecords.Sqlite;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Benchmarks;

/// <summary>A store of small records whose keys are numbers, in their order.</summary>
internal sealed record ListedStore(string Name, int Records)
{
    // Many at once share a transaction.
    private const int AtOnce = 512;

    private static readonly User Owner = new("KvsRecordsDevUser", "dev");

    /// <summary>Makes the stores by the server's own storage, which is faster than asking the server.</summary>
    public static async Task FillAsync(string folder, IEnumerable<ListedStore> stores, CancellationToken cancel)
    {
        await using var storage = SqliteStorage.Open(new SqliteStorageOptions { Folder = folder, FindUser = _ => Owner, Durable = false });
        foreach (var store in stores)
            await store.FillAsync(storage, cancel);
    }

    public static string Key(int number) => $"request-{number:D7}";

    private async Task FillAsync(SqliteStorage storage, CancellationToken cancel)
    {
        var (store, _) = await storage.GetOrCreateAsync(Owner, Name, null, cancel);
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(PutAsync, cancel)));

        async Task PutAsync()
        {
            var random = new Random(1);
            for (int number; (number = Interlocked.Increment(ref next)) < Records;)
            {
                using var body = new MemoryStream(ProductJson.MakeTiny(random, number));
                await storage.PutAsync(store, new NewRecord(new RecordKey(Key(number)), "application/json"), body, cancel);
            }
        }
    }
}

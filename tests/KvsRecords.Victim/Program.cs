using System.Globalization;
using KvsRecords.Managed;
using KvsRecords.Postgres;
using KvsRecords.Sqlite;
using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

// KvsRecords.Victim FOLDER|CONNECTION NUMBER...: goes on at each writer's number, and says "b WRITER NUMBER" before each deed and
// "d WRITER NUMBER" after it has the answer that it is done. What the storage cannot do just now, it tries again, as a client does.
var owner = new User("HJ5kR8tLmN2pKs7Yd", "jane.doe");
await using IManagedStores storage = args[0].StartsWith("Host=", StringComparison.Ordinal)
    ? await PostgresStorage.OpenAsync(new() { ConnectionString = args[0], FindUser = _ => owner }, CancellationToken.None)
    : SqliteStorage.Open(new() { Folder = args[0], FindUser = _ => owner });
var store = (await storage.GetOrCreateAsync(owner, "victim", null, CancellationToken.None)).Store;
var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });

await Task.WhenAll(
[
    .. Enumerable.Range(0, Deed.Writers).Select(writer => Task.Run(() => WriteAsync(writer, int.Parse(args[1 + writer], CultureInfo.InvariantCulture)))),
    Task.Run(() => RunUntilUnavailableAsync(DownloadAsync)),
    Task.Run(() => RunUntilUnavailableAsync(MakeAndDeleteStoresAsync)),
    Task.Run(() => RunUntilUnavailableAsync(ImportAsync)),
]);

async Task WriteAsync(int writer, int number)
{
    for (; ; number++)
    {
        var deed = Deed.Of(writer, number);
        output.WriteLine($"b {writer} {number}");
        while (!await TryAsync(deed))
            await Task.Delay(10);
        output.WriteLine($"d {writer} {number}");
    }
}

async Task<bool> TryAsync(Deed deed)
{
    try
    {
        if (deed.Value is null)
            await storage.DeleteAsync(store, new RecordKey(deed.Key), CancellationToken.None);
        else if (!await storage.PutAsync(store, new NewRecord(new(deed.Key)), new MemoryStream(deed.Value), CancellationToken.None))
            throw new InvalidOperationException("The store is gone.");
        return true;
    }
    catch (StorageUnavailableException)
    {
        return false;
    }
}

// Only there for what it does beside the writers.
async Task RunUntilUnavailableAsync(Func<Task> work)
{
    try
    {
        await work();
    }
    catch (StorageUnavailableException)
    {
    }
}

async Task DownloadAsync()
{
    var buffer = new byte[64 * 1024];
    while (true)
    {
        await using var snapshot = await storage.OpenSnapshotAsync(store, RecordFilter.Everything, CancellationToken.None);
        await foreach (var key in snapshot.ReadKeysAsync(CancellationToken.None))
        {
            await using var content = await snapshot.OpenAsync(key, CancellationToken.None);
            while (await content!.ReadAsync(buffer, CancellationToken.None) > 0)
            {
            }
        }
    }
}

// Of two imports one is given up; the other is there whole, or not at all, until it is deleted.
async Task ImportAsync()
{
    var model = new Store { Id = StoreId.Create(), Location = "", Owner = owner, Name = ImportedStore.Name };
    for (var round = 0; ; round++)
    {
        await using var import = await storage.BeginImportAsync(model, CancellationToken.None)
            ?? throw new InvalidOperationException("The store is there.");
        await Task.WhenAll(Enumerable.Range(0, ImportedStore.Records).Select(number => Task.Run(async () => await import.PutAsync(
            new NewRecord(new(ImportedStore.KeyOf(number))), new MemoryStream(ImportedStore.ValueOf(number)), CancellationToken.None))));
        if (round % 2 == 0)
            continue;

        await import.CompleteAsync(CancellationToken.None);
        var imported = await storage.FindByIdAsync(model.Id, CancellationToken.None);
        await storage.DeleteAsync(imported!, CancellationToken.None);
    }
}

async Task MakeAndDeleteStoresAsync()
{
    while (true)
    {
        var other = (await storage.GetOrCreateAsync(owner, "other", null, CancellationToken.None)).Store;
        await storage.PutAsync(other, new NewRecord(new("a")), new MemoryStream(new byte[100]), CancellationToken.None);
        await storage.DeleteAsync(other, CancellationToken.None);
    }
}

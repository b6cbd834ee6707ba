using System.Diagnostics;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>
/// Loads stores that do not exist yet, each as a whole: a load that was broken off, or that has a file that cannot be read, leaves no store
/// behind. Stores that were loaded before it stay.
/// </summary>
/// <param name="stores">Takes the stores.</param>
/// <param name="declared">The declarations of the stores.</param>
/// <param name="reporter">Hears what is loaded and what is left out; null: nothing is reported.</param>
/// <param name="inputKey">The key of a crawler's input beside the usual ones, or null.</param>
internal sealed class Seeder(IStoreWriter stores, DeclaredStores declared, ISeedReporter? reporter = null, string? inputKey = null)
{
    // More than cores: while one load waits for its row to be written, another compresses.
    private static readonly int Workers = 4 * Environment.ProcessorCount;

    private readonly LeftOut _leftOut = new();

    public static ParallelOptions InParallel(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken };

    /// <returns>Those that were loaded.</returns>
    /// <exception cref="IOException">One of them cannot be read, or not be written; the message says what.</exception>
    public async Task<IReadOnlyList<Store>> LoadAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var loaded = new List<Store>();
        foreach (var path in paths)
            loaded.AddRange(await LoadAsync(path, cancellationToken));

        if (reporter is not null)
            _leftOut.Report(reporter.Note);
        return loaded;
    }

    private async Task<IReadOnlyList<Store>> LoadAsync(string path, CancellationToken cancellationToken)
    {
        using var archive = Directory.Exists(path) ? null : SeedArchive.Open(path);
        using var zipped = archive is not null && ZippedFolder.RootIn(archive) is { } root ? new ZippedFolder(archive, root, _leftOut) : null;
        var found = archive is null ? await FolderSeed.FindAsync(path, declared, _leftOut, inputKey, cancellationToken)
            : zipped is null ? [new ZipSeed(archive, declared, _leftOut)]
            : await zipped.FindAsync(declared, inputKey, cancellationToken);
        if (found.Count == 0)
        {
            reporter?.Note($"There is no store in {path}: stores are the folders in its folder key_value_stores");
            archive?.Say(_leftOut);
        }

        var loaded = new List<Store>();
        foreach (var store in found)
        {
            await using (store)
            {
                if (await LoadAsync(store, path, cancellationToken))
                    loaded.Add(store.Model);
            }
        }

        return loaded;
    }

    private async Task<bool> LoadAsync(ISeedStore seed, string path, CancellationToken cancellationToken)
    {
        await using var import = await stores.BeginImportAsync(seed.Model, cancellationToken);
        if (import is null)
        {
            reporter?.Note($"The store {seed.Model} is there already, and stays as it is: {path} is not loaded into it");
            return false;
        }

        var start = Stopwatch.GetTimestamp();
        var (records, bytes) = (0L, 0L);
        var count = await seed.OpenAsync(cancellationToken);
        reporter?.Note($"Loading the store {seed.Model} from {path}: {Amounts.Of(count)}");
        await (reporter?.ShowAsync($"{seed.Model}", CopyAsync) ?? CopyAsync((_, _) => { }));
        if (!await import.CompleteAsync(cancellationToken))
            throw new IOException($"Nothing of {path} was loaded into the store {seed.Model}: another client has made it meanwhile.");

        reporter?.Note($"Loaded the store {seed.Model}: {Amounts.Of(records, bytes, Stopwatch.GetElapsedTime(start))}");
        return true;

        Task CopyAsync(Action<long, long> report) => seed.CopyAsync(
            async (record, value, cancelled) =>
            {
                try
                {
                    await import.PutAsync(record, value, cancelled);
                }
                catch (ArgumentException e)
                {
                    _leftOut.Add($"{path}: a record", $"cannot be kept: {e.Message}");
                    return;
                }

                Interlocked.Add(ref bytes, value.BytesRead);
                report(Interlocked.Increment(ref records), count);
            },
            cancellationToken);
    }
}

using System.Diagnostics;
using KvsRecords.Server.Cli;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>
/// Loads stores that do not exist yet, each as a whole: one that was broken off, or has a file that cannot be read, is as if it had
/// not been. Those before it stay.
/// </summary>
/// <param name="stores">Where to.</param>
/// <param name="declared">What is said of them.</param>
/// <param name="isQuiet">Whether all of it was told before.</param>
/// <param name="inputKey">The key of a crawler's input beside the usual ones, or null.</param>
internal sealed class Seeder(IStoreWriter stores, DeclaredStores declared, bool isQuiet = false, string? inputKey = null)
{
    // More than cores: while one waits for its row to be written, another packs.
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

        if (!isQuiet)
            _leftOut.Tell();
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
            Note($"There is no store in {path}: stores are the folders in its folder key_value_stores");
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
            Note($"The store {seed.Model} is there already, and stays as it is: {path} is not loaded into it");
            return false;
        }

        var start = Stopwatch.GetTimestamp();
        var (records, bytes) = (0L, 0L);
        var count = await seed.OpenAsync(cancellationToken);
        Note($"Loading the store {seed.Model} from {path}: {Amounts.Of(count)}");
        await ShowAsync($"{seed.Model}", report => seed.CopyAsync(
            async (record, value, cancelled) =>
            {
                await import.PutAsync(record, value, cancelled);
                Interlocked.Add(ref bytes, value.BytesRead);
                report(Interlocked.Increment(ref records), count);
            },
            cancellationToken));
        if (!await import.CompleteAsync(cancellationToken))
            throw new IOException($"Nothing of {path} was loaded into the store {seed.Model}: it has been made by somebody else meanwhile.");

        Note($"Loaded the store {seed.Model}: {Amounts.Of(records, bytes, Stopwatch.GetElapsedTime(start))}");
        return true;
    }

    private Task ShowAsync(string what, Func<Action<long, long>, Task> work) =>
        isQuiet ? work((_, _) => { }) : ProgressBar.ShowAsync(what, work);

    private void Note(string line)
    {
        if (!isQuiet)
            Terminal.Note(line);
    }
}

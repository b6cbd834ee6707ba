using System.Diagnostics;
using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.Folder;
using KvsRecords.Server.Http;
using KvsRecords.Server.Seeding;
using KvsRecords.Server.Settings;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Commands;

/// <summary>
/// <c>kvs-records export</c>: the archive that the endpoint would send, or a crawler's folder, without a server. It has its name only
/// once it is whole.
/// </summary>
internal sealed class ExportCommand(string reference, string? output, string? prefix, string? collection)
{
    public async Task<int> RunAsync(ILookup<Setting, string> flags)
    {
        var problems = new Problems();
        var options = OptionsReader.Read(flags, problems);
        if (problems.Any)
        {
            Terminal.Complain(problems.Messages);
            return problems.ExitCode;
        }

        using var interruption = new Interruption();
        var leftOut = new LeftOut();
        await using var stores = StoresOnDisk.Open(options, leftOut);
        var store = await stores.FindAsync(reference, interruption.Token);
        await using var snapshot = await stores.Reader.OpenSnapshotAsync(store, FilterOf(store), interruption.Token);
        await ExportAsync(store, snapshot, interruption.Token);
        leftOut.Tell();
        return 0;
    }

    private RecordFilter FilterOf(Store store)
    {
        var filter = new RecordFilter(string.IsNullOrEmpty(prefix) ? null : prefix);
        if (string.IsNullOrEmpty(collection))
            return filter;
        if (store.Schema is null)
            throw new IOException($"There is no collection '{collection}': the store {store} has no schema, which would define its collections.");

        return filter with
        {
            Collection = store.Schema.Find(collection) ?? throw new IOException(
                $"There is no collection '{collection}' in the store {store}. There are: {string.Join(", ", store.Schema.CollectionIds)}."),
        };
    }

    private async Task ExportAsync(Store store, IRecordSnapshot snapshot, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var path = Path.GetFullPath(string.IsNullOrEmpty(output) ? ArchiveName.Of(store) : output);
        var total = await snapshot.ReadKeysAsync(cancellationToken).LongCountAsync(cancellationToken);
        Terminal.Note($"Exporting the store {store}: {Amounts.Of(total)}");
        CountedSnapshot? counted = null;
        await ProgressBar.ShowAsync($"{store}", async report =>
        {
            counted = new CountedSnapshot(snapshot, done => report(done, total));
            path = Path.EndsInDirectorySeparator(path) || Directory.Exists(path)
                ? await WriteFolderAsync(path, store, counted, cancellationToken)
                : await WriteArchiveAsync(path, counted, cancellationToken);
        });
        Terminal.Say($"Exported the store {store} to {path}: {Amounts.Of(counted!.Records, counted.Bytes, Stopwatch.GetElapsedTime(start))}");
    }

    private static async Task<string> WriteArchiveAsync(string path, CountedSnapshot snapshot, CancellationToken cancellationToken)
    {
        using var file = new WholeFile(path);
        var writer = PipeWriter.Create(file.Stream, new StreamPipeWriterOptions(leaveOpen: true));
        await new StreamedArchive(writer).WriteAsync(snapshot, cancellationToken);
        await writer.CompleteAsync();
        file.Complete();
        return path;
    }

    private static async Task<string> WriteFolderAsync(string path, Store store, CountedSnapshot snapshot, CancellationToken cancellationToken)
    {
        using var folder = StoreFolderWriter.Create(path, store);
        await Parallel.ForEachAsync(snapshot.ReadKeysAsync(cancellationToken), cancellationToken, async (key, cancelled) =>
        {
            if (await snapshot.OpenAsync(key, cancelled) is not { } content)
                return;
            await using (content)
                await folder.AddAsync(key, content, cancelled);
        });
        folder.Complete(TimeProvider.System.GetUtcNow());
        return folder.Folder;
    }
}

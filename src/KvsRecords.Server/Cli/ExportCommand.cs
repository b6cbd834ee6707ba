using System.Diagnostics;
using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.Folder;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Seeding;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Cli;

/// <summary>
/// <c>kvs-records export</c>: the archive that the endpoint would send, or a crawler's folder, without a server. It has its name only
/// once it is whole.
/// </summary>
internal sealed class ExportCommand(string reference, string? output, string? prefix, string? collection)
{
    public async Task<int> RunAsync(ILookup<Setting, string> flags)
    {
        var problems = new Problems();
        var options = ServerOptions.Read(flags, problems);
        problems.ThrowIfAny();

        using var interruption = new Interruption();
        var leftOut = new LeftOut();
        await using var stores = StoresOnDisk.Open(options, leftOut);
        var store = await stores.FindAsync(reference, interruption.Token);
        await using var snapshot = await stores.Reader.OpenSnapshotAsync(store, FilterOf(store), interruption.Token);
        await ExportAsync(store, snapshot, interruption.Token);
        leftOut.Report(Terminal.Note);
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
        var path = Path.GetFullPath(string.IsNullOrEmpty(output) ? Attachment.NameOf(store) : output);
        var total = await snapshot.ReadKeysAsync(cancellationToken).LongCountAsync(cancellationToken);
        Terminal.Note($"Exporting the store {store}: {Amounts.Of(total)}");
        var (records, bytes) = (0L, 0L);
        await new ProgressBar().ShowAsync($"{store}", async report =>
        {
            var counted = new CountedSnapshot(snapshot, done => report(done, total));
            if (Path.EndsInDirectorySeparator(path) || Directory.Exists(path))
                path = await WriteFolderAsync(path, store, counted, cancellationToken);
            else if (snapshot is ICompressedSnapshot compressed)
                (records, bytes) = await WriteSplicedAsync(path, compressed, done => report(done, total), cancellationToken);
            else
                await WriteStreamedAsync(path, counted, cancellationToken);
            if (records == 0)
                (records, bytes) = (counted.Records, counted.Bytes);
        });
        Terminal.Say($"Exported the store {store} to {path}: {Amounts.Of(records, bytes, Stopwatch.GetElapsedTime(start))}");
    }

    private static Task WriteStreamedAsync(string path, CountedSnapshot snapshot, CancellationToken cancellationToken) =>
        WriteArchiveAsync(path, writer => new StreamedArchive(writer).WriteAsync(snapshot, cancellationToken));

    // As the endpoint does it where the entries lie ready.
    private static async Task<(long Records, long Bytes)> WriteSplicedAsync(
        string path, ICompressedSnapshot snapshot, Action<long> report, CancellationToken cancellationToken)
    {
        var archive = await SplicedArchive.LayOutAsync(snapshot, cancellationToken);
        archive.EntryWritten = report;
        await WriteArchiveAsync(path, writer => archive.WriteAsync(writer, from: 0, cancellationToken));
        return (snapshot.Totals.Records, snapshot.Totals.ValueBytes);
    }

    private static async Task WriteArchiveAsync(string path, Func<PipeWriter, Task> write)
    {
        using var file = new WholeFile(path);
        var writer = PipeWriter.Create(file.Stream, new StreamPipeWriterOptions(leaveOpen: true));
        await write(writer);
        await writer.CompleteAsync();
        file.Complete();
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

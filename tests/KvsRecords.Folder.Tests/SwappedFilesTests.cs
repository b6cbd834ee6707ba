using System.Globalization;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>
/// Reads while another thread swaps what is read for something that must never be. <c>KVS_RECORDS_SWAPS</c> says how many reads each.
/// </summary>
public sealed class SwappedFilesTests : IDisposable
{
    private const string Secret = "secret";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly int Reads =
        int.TryParse(Environment.GetEnvironmentVariable("KVS_RECORDS_SWAPS"), CultureInfo.InvariantCulture, out var reads) ? reads : 1_000;

    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;
    private readonly RecordKey _key = new("record");

    public SwappedFilesTests()
    {
        _store = _storage.Store("default");
        _store.Write("record.json", "inside");
        _storage.WriteOutside("record.json", Secret);
    }

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_is_swapped_for_an_absolute_link_gives_nothing_from_outside()
    {
        File.CreateSymbolicLink(_store.PathOf(".tmp.other"), Path.Join(_storage.Outside, "record.json"));

        await AssertNothingLeaksAsync("absolute link", "record.json");
    }

    [Fact]
    public async Task A_file_that_is_swapped_for_a_relative_link_gives_nothing_from_outside()
    {
        File.CreateSymbolicLink(_store.PathOf(".tmp.other"), "../../../outside/record.json");

        await AssertNothingLeaksAsync("relative link", "record.json");
    }

    [Fact]
    public async Task A_link_whose_target_is_swapped_gives_nothing_from_outside()
    {
        // What is opened is a link that stays inside at every moment; the folder on its way does not.
        Directory.CreateDirectory(_store.PathOf("folder"));
        _store.Write("folder/record.json", "inside");
        File.Delete(_store.PathOf("record.json"));
        File.CreateSymbolicLink(_store.PathOf("record.json"), "./../default/folder/record.json");
        File.CreateSymbolicLink(_store.PathOf(".tmp.other"), "../../../outside");

        await AssertNothingLeaksAsync("folder on the way of a link", "folder");
    }

    [Fact]
    public async Task A_store_that_is_swapped_for_a_link_gives_nothing_from_outside()
    {
        Directory.CreateSymbolicLink(Path.Join(_storage.Stores, ".tmp.other"), "../../outside");

        await AssertNothingLeaksAsync("folder of a store", Path.Join(_storage.Stores, "default"), Path.Join(_storage.Stores, ".tmp.other"));
    }

    [Fact]
    public async Task A_folder_of_stores_that_is_swapped_for_a_link_gives_nothing_from_outside()
    {
        Directory.CreateDirectory(Path.Join(_storage.Outside, "default"));
        _storage.WriteOutside("default/record.json", Secret);
        Directory.CreateSymbolicLink(Path.Join(_storage.Path, "other"), "../outside");

        await AssertNothingLeaksAsync("folder of stores", _storage.Stores, Path.Join(_storage.Path, "other"));
    }

    [Fact]
    public async Task A_file_that_is_swapped_for_a_pipe_never_blocks()
    {
        Unix.MakePipe(_store.PathOf(".tmp.other"));

        await AssertNothingLeaksAsync("pipe", "record.json");
    }

    [Fact]
    public async Task Metadata_that_is_swapped_for_a_link_or_a_pipe_gives_nothing_from_outside_and_never_blocks()
    {
        _store.WriteMetadata("""{"name":"inside"}""");
        File.CreateSymbolicLink(_store.PathOf(".tmp.other"), _storage.WriteOutside("__metadata__.json", """{"name":"secret"}"""));
        Unix.MakePipe(_store.PathOf(".tmp.pipe"));

        await AssertNothingLeaksAsync("metadata, link", "__metadata__.json");
        await AssertNothingLeaksAsync("metadata, pipe", _store.PathOf("__metadata__.json"), _store.PathOf(".tmp.pipe"));
    }

    private Task AssertNothingLeaksAsync(string what, string name) =>
        AssertNothingLeaksAsync(what, Path.IsPathRooted(name) ? name : _store.PathOf(name), _store.PathOf(".tmp.other"));

    private async Task AssertNothingLeaksAsync(string what, string name, string other)
    {
        var (whole, leaked) = (0, 0);
        var storage = _storage.Open();
        var store = (await storage.FindByNameAsync(StorageFolder.Owner, "default", Running))!;
        using var ends = new CancellationTokenSource();
        var swapping = Task.Factory.StartNew(() => Swap(name, other, ends.Token), TaskCreationOptions.LongRunning);
        await Task.Run(ReadAllAsync, Running).WaitAsync(Patience, Running);
        await ends.CancelAsync();
        await swapping;

        Console.WriteLine($"{what}: {leaked} of {Reads} reads from outside, {whole} of the record itself");
        Assert.Equal(0, leaked);

        async Task ReadAllAsync()
        {
            // A swapping thread that gets no processor leaves it at the other file.
            for (var i = 0; i < Reads || whole == 0; i++)
            {
                var read = await ReadAsync(storage, store);
                whole += read == "inside" ? 1 : 0;
                leaked += read == Secret ? 1 : 0;
            }
        }
    }

    private async Task<string?> ReadAsync(FolderStorage storage, Store store)
    {
        try
        {
            var named = await storage.FindByNameAsync(StorageFolder.Owner, "default", Running);
            if (named?.Name == Secret)
                return Secret;

            await using var content = await storage.OpenRecordAsync(store, _key, Running);
            return content is null ? null : await TextOfAsync(content);
        }
        catch (IOException)
        {
            // The folder was swapped while it was listed.
            return null;
        }
    }

    private static async Task<string> TextOfAsync(RecordContent content)
    {
        await using var value = new RecordStream(content);
        using var text = new StreamReader(value);
        return await text.ReadToEndAsync(Running);
    }

    private static void Swap(string one, string other, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
            Unix.Exchange(one, other);
    }
}

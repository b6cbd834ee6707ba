using KvsRecords.Storage;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>A store's folder that is written: whole or not at all, inside the storage, and read back as what it was.</summary>
public sealed class StoreFolderWriterTests : IDisposable
{
    private static readonly DateTimeOffset Time = new(2025, 6, 1, 12, 30, 45, 678, TimeSpan.Zero);

    private readonly StorageFolder _storage = new();

    [Theory]
    [InlineData("default")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData(".hidden")]
    [InlineData("__OLD_default")]
    [InlineData("__CRAWLEE_TEMPORARY_x")]
    [InlineData("../outside/evil")]
    [InlineData("/etc")]
    [InlineData("příliš 🐎")]
    public async Task A_store_of_any_name_lies_in_the_folder_of_the_stores_and_is_found_again(string name)
    {
        var store = StoreCalled(name);
        using (var writer = StoreFolderWriter.Create(_storage.Path, store))
        {
            await writer.AddAsync(new RecordKey("a"), Content([1]), TestContext.Current.CancellationToken);
            writer.Complete(Time);
            Assert.Equal(_storage.Stores, Path.GetDirectoryName(writer.Folder));
        }

        var found = Assert.Single(await _storage.Open().ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal((store.Id, name), (found.Id, found.Name));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_storage.Outside));
    }

    [Fact]
    public async Task It_has_its_name_only_once_it_is_whole_and_one_that_is_not_is_removed()
    {
        using (var writer = StoreFolderWriter.Create(_storage.Path, StoreCalled("half")))
        {
            await writer.AddAsync(new RecordKey("a"), Content([1]), TestContext.Current.CancellationToken);
            Assert.Empty(await _storage.Open().ListAsync(TestContext.Current.CancellationToken));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_storage.Stores));
    }

    [Fact]
    public async Task A_record_that_ends_early_and_one_that_is_there_already_are_faults()
    {
        using var writer = StoreFolderWriter.Create(_storage.Path, StoreCalled("faulty"));
        await writer.AddAsync(new RecordKey("a"), Content([1]), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<IOException>(() => writer.AddAsync(new RecordKey("a"), Content([2]), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<EndOfStreamException>(() => writer.AddAsync(
            new RecordKey("short"), new RecordContent(new MemoryStream([1]), 2, Time, null), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_folder_that_is_there_is_refused()
    {
        Directory.CreateDirectory(Path.Join(_storage.Stores, "there"));

        var refusal = Assert.Throws<IOException>(() => StoreFolderWriter.Create(_storage.Path, StoreCalled("there")));

        Assert.Contains("is there already", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _storage.Dispose();

    private static Store StoreCalled(string name) => new() { Id = StoreId.Create(), Location = "", Name = name, Owner = StorageFolder.Owner };

    private static RecordContent Content(byte[] value) => new(new MemoryStream(value), value.Length, Time, "text/plain");
}

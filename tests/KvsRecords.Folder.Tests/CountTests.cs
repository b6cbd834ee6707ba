using KvsRecords.Storage;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>Nothing is missing silently: what a store holds, and the files below its folder that are no records.</summary>
public sealed class CountTests : IDisposable
{
    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public CountTests() => _store = _storage.Store("default");

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_and_their_lengths_are_counted_as_they_are_now()
    {
        _store.Write("a.json", "12");
        _store.Write("a.txt", "older", new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _store.Write("b.bin", "345");
        Assert.Equal((2, 5), await CountAsync());

        _store.Write("b.bin", "34567");
        Assert.Equal((2, 7), await CountAsync());

        async Task<(long, long)> CountAsync() => await _storage.Open().CountAsync(await _store.FindAsync(), Running) is var count
            ? (count.Records, count.StorageBytes)
            : default;
    }

    [Theory]
    [InlineData("a.json.x1y2z3.tmp", NoRecordReason.Temporary)]
    [InlineData(".tmp.abc", NoRecordReason.Temporary)]
    [InlineData("__CRAWLEE_TEMPORARY_a.json", NoRecordReason.SetAside)]
    [InlineData("__OLD_a", NoRecordReason.SetAside)]
    [InlineData(".DS_Store", NoRecordReason.OfAnotherProgram)]
    [InlineData("Thumbs.db", NoRecordReason.OfAnotherProgram)]
    [InlineData("folder/deep/a.json", NoRecordReason.InFolder)]
    [InlineData("folder/a.__metadata__.json", NoRecordReason.InFolder)]
    [InlineData("photo.__metadata__.json", NoRecordReason.DamagedSidecar)]
    [InlineData("__metadata__.json.__metadata__.json", NoRecordReason.DamagedSidecar)]
    [InlineData("bare.json", NoRecordReason.ValueWithoutSidecar)]
    [InlineData("INPUT.xml", NoRecordReason.ValueWithoutSidecar)]
    public async Task A_file_that_is_no_record_is_counted_with_its_reason_and_name(string name, NoRecordReason reason)
    {
        _store.WriteMetadata("{}");
        _store.WriteEncoded("a");
        Directory.CreateDirectory(Path.GetDirectoryName(_store.PathOf(name))!);
        _store.Write(name, "");

        var counted = Assert.Single(await NoRecordsAsync());

        Assert.Equal((reason, 1), (counted.Reason, counted.Count));
        Assert.Equal([name], counted.Examples);
    }

    [Fact]
    public async Task A_sidecar_whose_value_was_deleted_is_counted()
    {
        _store.WriteEncoded("a");
        File.Delete(_store.WriteEncoded("b/c"));

        Assert.Equal(NoRecordReason.SidecarWithoutValue, Assert.Single(await NoRecordsAsync()).Reason);
    }

    [Fact]
    public async Task What_is_no_regular_file_is_counted()
    {
        Unix.MakePipe(_store.PathOf("pipe.json"));
        File.CreateSymbolicLink(_store.PathOf("link.json"), _storage.WriteOutside("secret"));

        Assert.Equal(["2 that are no regular files (link.json, pipe.json)"], (await NoRecordsAsync()).Select(files => $"{files}"));
    }

    [Theory]
    [InlineData("INPUT")]
    [InlineData("INPUT.json")]
    [InlineData("INPUT.txt")]
    [InlineData("INPUT.bin")]
    [InlineData("__CLI_INPUT.json")]
    [InlineData("MY-INPUT")]
    [InlineData("MY-INPUT.json")]
    [InlineData("MY-INPUT.txt")]
    [InlineData("MY-INPUT.bin")]
    public async Task The_input_is_a_record_without_a_sidecar_also_under_the_key_that_was_set(string name)
    {
        _store.WriteEncoded("a");
        _store.Write(name);
        var store = await _store.FindAsync();
        var stores = _storage.Open("MY-INPUT");

        var page = await stores.ListRecordsAsync(store, Stores.RecordFilter.Everything, after: null, 10, Running);

        Assert.Equal(new[] { Path.GetFileNameWithoutExtension(name), "a" }, page.Records.Select(record => record.Key.Text));
        Assert.Empty((await stores.CountAsync(store, Running)).NoRecords);
    }

    [Fact]
    public async Task All_of_a_store_are_reported_in_one_line_that_no_name_can_break()
    {
        _store.WriteEncoded("a");
        _store.Write("b.x1.tmp");
        _store.Write("c.x2.tmp");
        _store.WriteSidecar("photo");
        _store.Write("line\nbreak");

        await _store.KeysAsync();

        Assert.Equal(
            ["4 files of jane.doe~default are no records: 2 temporary, 1 sidecar without its value (photo.__metadata__.json), 1 value without its sidecar (line\\u000abreak)"],
            _storage.Events.NoRecords);
    }

    [Fact]
    public async Task The_metadata_of_the_store_and_sidecars_with_values_are_not_counted()
    {
        _store.WriteMetadata("{}");
        _store.WriteEncoded("a/b");
        _store.Write("INPUT.json");
        Directory.CreateDirectory(_store.PathOf("a%2Fb.lock"));

        Assert.Empty(await NoRecordsAsync());
    }

    private async Task<IReadOnlyList<NoRecordFiles>> NoRecordsAsync() =>
        (await _storage.Open().CountAsync(await _store.FindAsync(), Running)).NoRecords;
}

using System.Net.Sockets;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>What a name can lead to: only regular files inside the storage folder are ever opened.</summary>
public sealed class LinksAndDevicesTests : IDisposable
{
    // A read that waits for a pipe waits for ever; this long only when something is wrong.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public LinksAndDevicesTests()
    {
        _store = _storage.Store("default");
        _store.Write("record.json", "record");
    }

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("record.json")]
    [InlineData("./../default/record.json")]
    [InlineData("../another/target.json")]
    [InlineData("../../target.json")]
    [InlineData("folder/inner.json")]
    public async Task A_link_to_a_file_inside_the_storage_is_served(string target)
    {
        _storage.Store("another").Write("target.json", "record");
        File.WriteAllText(Path.Join(_storage.Path, "target.json"), "record");
        Directory.CreateDirectory(_store.PathOf("folder"));
        _store.Write("folder/inner.json", "record");
        Link("link.json", target);

        Assert.Equal("record", (await _store.RecordsAsync())["link"]);
        Assert.Equal(0, _storage.Events.Count);
    }

    [Fact]
    public async Task A_link_by_its_whole_path_is_left_out_also_when_it_stays_inside()
    {
        Link("absolute.json", _store.PathOf("record.json"));
        Link("chain.json", "absolute.json");

        await AssertLeftOutAsync("absolute.json", "chain.json");
    }

    [Fact]
    public async Task A_chain_of_links_inside_is_served()
    {
        Link("c.json", "record.json");
        Link("b.json", "c.json");
        Link("a.json", "b.json");

        Assert.Equal(["a", "b", "c", "record"], (await _store.RecordsAsync()).Keys);
    }

    [Fact]
    public async Task A_link_to_a_file_outside_is_left_out_with_a_warning()
    {
        Link("link.json", _storage.WriteOutside("secret.json"));
        Link("relative.json", "../../../outside/secret.json");
        Link("system.json", "/etc/hostname");

        await AssertLeftOutAsync("link.json", "relative.json", "system.json");
    }

    [Fact]
    public async Task A_link_to_a_place_that_only_begins_like_the_storage_is_left_out()
    {
        Directory.CreateDirectory(_storage.Path + "-of-another");
        File.WriteAllText(_storage.Path + "-of-another/secret.json", "secret");
        Link("link.json", _storage.Path + "-of-another/secret.json");

        await AssertLeftOutAsync("link.json");
    }

    [Fact]
    public async Task A_link_out_by_way_of_other_links_is_left_out()
    {
        _storage.WriteOutside("secret.json");
        Directory.CreateSymbolicLink(_store.PathOf("way-out"), _storage.Outside);
        Link("through-a-folder.json", "way-out/secret.json");
        Link("chain.json", "through-a-folder.json");

        await AssertLeftOutAsync("chain.json", "through-a-folder.json");
    }

    [Fact]
    public async Task A_link_that_climbs_out_of_the_folder_that_another_link_leads_to_is_left_out()
    {
        // The system resolves the link before the dots, and ends outside; taken as text, it is a file that lies inside.
        Directory.CreateDirectory(Path.Join(_storage.Outside, "deep"));
        _storage.WriteOutside("same.json");
        _store.Write("same.json", "inside");
        Directory.CreateSymbolicLink(_store.PathOf("way-out"), Path.Join(_storage.Outside, "deep"));
        Link("link.json", "way-out/../same.json");

        Assert.DoesNotContain("secret", (await _store.RecordsAsync()).Values);
    }

    [Fact]
    public async Task A_link_in_a_store_of_encoded_keys_is_judged_alike()
    {
        var encoded = _storage.Store("encoded");
        encoded.WriteEncoded("a");
        encoded.WriteSidecar("inside");
        encoded.WriteSidecar("outside");
        File.CreateSymbolicLink(encoded.PathOf("inside"), "a");
        File.CreateSymbolicLink(encoded.PathOf("outside"), _storage.WriteOutside("secret"));

        Assert.Equal(["a", "inside"], (await encoded.RecordsAsync()).Keys);
        Assert.Equal(encoded.PathOf("outside"), Assert.Single(_storage.Events.LeftOut).Path);
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_or_round_in_circles_is_left_out()
    {
        Link("dangling.json", "gone.json");
        Link("a.json", "b.json");
        Link("b.json", "a.json");
        Link("self.json", "self.json");
        Link("deeper.json", "deeper.json/deeper.json");

        await AssertLeftOutAsync("a.json", "b.json", "dangling.json", "deeper.json", "self.json");
    }

    [Fact]
    public async Task A_link_that_takes_more_links_to_follow_than_the_system_does_is_left_out()
    {
        // Each leads twice through the one before: 2, 4, 8 … 256 links in all, and one more would double them again.
        Link("way1", ".");
        for (var i = 2; i <= 8; i++)
            Link($"way{i}", $"way{i - 1}/way{i - 1}");
        Link("link.json", "way8/record.json");

        Assert.Equal(["record"], (await ReadAsync()).Keys);
    }

    [Fact]
    public async Task A_link_to_a_folder_is_no_record()
    {
        Directory.CreateSymbolicLink(_store.PathOf("folder.json"), _storage.Stores);
        Directory.CreateSymbolicLink(_store.PathOf("outside.json"), _storage.Outside);
        Directory.CreateSymbolicLink(_store.PathOf("here.json"), ".");

        Assert.Equal(["record"], (await _store.RecordsAsync()).Keys);
    }

    [Fact]
    public async Task A_store_that_is_a_link_inside_is_served_and_one_outside_is_not_there()
    {
        _storage.WriteOutside("secret.json");
        Directory.CreateSymbolicLink(Path.Join(_storage.Stores, "inside"), "default");
        Directory.CreateSymbolicLink(Path.Join(_storage.Stores, "outside"), _storage.Outside);
        Directory.CreateSymbolicLink(Path.Join(_storage.Stores, "circle"), "circle");
        var stores = _storage.Open();

        Assert.Equal(["default", "inside"], (await stores.ListAsync(Running)).Select(store => store.Name));
        Assert.Null(await stores.FindByNameAsync(StorageFolder.Owner, "outside", Running));
        Assert.Null(await stores.FindByIdAsync(StoreId.Derive(StorageFolder.Owner.Id, "outside"), Running));
    }

    [Fact]
    public async Task A_folder_of_stores_that_is_a_link_outside_is_not_followed()
    {
        Directory.CreateDirectory(Path.Join(_storage.Outside, "elsewhere"));
        Directory.Delete(_storage.Stores, recursive: true);
        Directory.CreateSymbolicLink(_storage.Stores, _storage.Outside);

        Assert.Empty(await _storage.Open().ListAsync(Running));
    }

    [Fact]
    public async Task Metadata_and_sidecars_outside_are_not_read()
    {
        Link("__metadata__.json", _storage.WriteOutside("metadata", """{"id":"Xq3vR8tLmN2pKs7Yd","name":"stolen"}"""));
        Link("record.__metadata__.json", _storage.WriteOutside("sidecar", """{"extension":"json"}"""));
        _store.Write("INPUT.json");

        var store = await _store.FindAsync();

        Assert.Equal("default", store.Name);
        Assert.NotEqual("Xq3vR8tLmN2pKs7Yd", store.Id);
        Assert.Contains("INPUT", (await _store.RecordsAsync()).Keys);
    }

    [Fact]
    public async Task A_pipe_is_left_out_and_never_waited_for()
    {
        Unix.MakePipe(_store.PathOf("pipe.json"));
        Link("link.json", "pipe.json");

        await AssertLeftOutAsync("link.json", "pipe.json");
    }

    [Fact]
    public async Task Pipes_in_place_of_metadata_and_sidecars_are_never_waited_for()
    {
        Unix.MakePipe(_store.PathOf("__metadata__.json"));
        Unix.MakePipe(_store.PathOf("record.json.__metadata__.json"));
        Unix.MakePipe(_store.PathOf("INPUT"));

        Assert.Equal(["record"], (await ReadAsync()).Keys);
        Assert.Equal(["1 file of jane.doe~default is no record: 1 that is no regular file (record.json.__metadata__.json)"], _storage.Events.NoRecords);
    }

    [Fact]
    public async Task A_socket_is_left_out()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_store.PathOf("socket.json")));

        await AssertLeftOutAsync("socket.json");
    }

    [Fact]
    public async Task A_device_is_left_out()
    {
        Assert.SkipUnless(Unix.TryMakeDevice(_store.PathOf("device.json")), "Only root may make devices, and not everywhere.");

        await AssertLeftOutAsync("device.json");
    }

    [Fact]
    public async Task A_link_to_a_device_is_left_out()
    {
        Link("zeros.json", "/dev/zero");

        await AssertLeftOutAsync("zeros.json");
    }

    [Fact]
    public async Task A_folder_where_a_sidecar_promises_a_file_is_left_out()
    {
        var encoded = _storage.Store("encoded");
        encoded.WriteEncoded("a");
        encoded.WriteSidecar("folder");
        Directory.CreateDirectory(encoded.PathOf("folder"));

        Assert.Equal(["a"], (await encoded.RecordsAsync()).Keys);
        Assert.Equal(
            ["1 file of jane.doe~encoded is no record: 1 sidecar without its value (folder.__metadata__.json)"], _storage.Events.NoRecords);
    }

    [Fact]
    public async Task What_is_never_opened_hides_no_record_of_the_same_key()
    {
        _store.Write("a.json", "a record", new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Unix.MakePipe(_store.PathOf("a.txt"));

        Assert.Equal("a record", (await ReadAsync()).GetValueOrDefault("a"));
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(_store.PathOf(name), target);

    private async Task AssertLeftOutAsync(params string[] fileNames)
    {
        Assert.Equal(new() { ["record"] = "record" }, await ReadAsync());
        Assert.Equal(fileNames.Select(_store.PathOf), _storage.Events.LeftOut.Select(leftOut => leftOut.Path));
    }

    private Task<Dictionary<string, string>> ReadAsync() => Task.Run(_store.RecordsAsync, Running).WaitAsync(Patience, Running);
}

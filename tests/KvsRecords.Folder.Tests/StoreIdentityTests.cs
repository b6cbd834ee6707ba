using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>How a store of a folder is called: by its metadata, by its folder, by what a person declared.</summary>
public sealed class StoreIdentityTests : IDisposable
{
    private const string Id = "Xq3vR8tLmN2pKs7Yd";
    private const string OtherId = "zQ9wB4yTgH1jDf6Lc";
    private const string Uuid = "d5fc1b5e-0f0a-4cf4-9d2e-d29ec8d3b1cf";

    private static readonly User OtherUser = new("Zq3vR8tLmN2pKs7Yd", "john");

    private readonly StorageFolder _storage = new();

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"id":"Xq3vR8tLmN2pKs7Yd","name":"of-metadata","accessed_at":"2025-01-01 12:00:00.123456+00:00","created_at":""}""")]
    [InlineData("""{"id":"Xq3vR8tLmN2pKs7Yd","name":"of-metadata","accessedAt":"2025-01-01T12:00:00.123Z","createdAt":""}""")]
    [InlineData("""{"id":"Xq3vR8tLmN2pKs7Yd","name":"of-metadata","userId":"1","unknown":[{"id":"another"}]}""")]
    [InlineData("  {\n  \"name\": \"of-metadata\",\n  \"id\": \"\\u0058q3vR8tLmN2pKs7Yd\"\n}\n")]
    public async Task The_metadata_of_any_crawler_tells_id_and_name(string metadata)
    {
        var folder = _storage.Store("folder");
        folder.WriteMetadata(metadata);

        var store = await folder.FindAsync();

        Assert.Equal((Id, "of-metadata", folder.Path), (store.Id, store.Name, store.Location));
        Assert.Equal(store.Location, (await _storage.Open().FindByIdAsync(Id, Running))?.Location);
        Assert.Equal(store.Location, (await FindByNameAsync("OF-METADATA"))?.Location);
        Assert.Equal(store.Location, (await FindByNameAsync("folder"))?.Location);
    }

    [Theory]
    [InlineData("""{"id":"Xq3vR8tLmN2pKs7Yd","name":null}""")]
    [InlineData("""{"id":"Xq3vR8tLmN2pKs7Yd"}""")]
    [InlineData("""{"id":"Xq3vR8tLmN2pKs7Yd","name":""}""")]
    [InlineData("""{"id":"Xq3vR8tLmN2pKs7Yd","name":7}""")]
    public async Task A_store_whose_name_is_null_is_found_by_the_name_of_its_folder(string metadata)
    {
        _storage.Store("default").WriteMetadata(metadata);

        Assert.Equal(Id, (await FindByNameAsync("default"))?.Id);
        Assert.Equal(Id, (await FindByNameAsync("Default"))?.Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"id":null,"name":"my-store"}""")]
    [InlineData("""{"id":"","name":"my-store"}""")]
    [InlineData("""{"id":12345678901234567,"name":"my-store"}""")]
    public async Task A_store_without_an_id_has_one_of_its_owner_and_name_that_survives_a_restart(string? metadata)
    {
        var folder = _storage.Store("my-store");
        if (metadata is not null)
            folder.WriteMetadata(metadata);

        var id = (await folder.FindAsync()).Id;

        Assert.True(StoreId.IsWellFormed(id));
        Assert.Equal(StoreId.Derive(StorageFolder.Owner.Id, "my-store"), id);
        Assert.Equal(folder.Path, (await _storage.Open().FindByIdAsync(id, Running))?.Location);
    }

    [Fact]
    public async Task A_derived_id_is_another_for_another_name_and_another_owner()
    {
        _storage.Store("one");
        _storage.Store("One");
        _storage.Store("two");
        var theirs = await _storage.Open(new StoreDeclaration { Name = "two", Owner = OtherUser }).ListAsync(Running);
        var ours = await _storage.Open().ListAsync(Running);

        Assert.Equal(4, ours.Concat(theirs).Select(store => store.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_folder_that_is_called_by_a_UUID_is_a_store_without_a_name_and_with_that_id()
    {
        var store = await _storage.Store(Uuid).FindAsync();

        Assert.Equal((Uuid, null), (store.Id, store.Name));
        Assert.Equal(Uuid, (await _storage.Open().FindByIdAsync(Uuid, Running))?.Id);
    }

    [Fact]
    public async Task The_metadata_of_a_folder_that_is_called_by_a_UUID_says_more()
    {
        var folder = _storage.Store(Uuid);
        folder.WriteMetadata($$"""{"id":"{{Id}}","name":"named-later"}""");

        var store = await folder.FindAsync();

        Assert.Equal((Id, "named-later"), (store.Id, store.Name));
    }

    [Fact]
    public async Task A_declared_id_wins_over_that_of_the_metadata()
    {
        _storage.Store("my-store").WriteMetadata($$"""{"id":"{{Id}}","name":"my-store"}""");
        var stores = _storage.Open(new StoreDeclaration { Name = "My-Store", Id = OtherId });

        Assert.Equal("my-store", (await stores.FindByIdAsync(OtherId, Running))?.Name);
        Assert.Null(await stores.FindByIdAsync(Id, Running));
    }

    [Fact]
    public async Task A_declaration_by_the_name_of_the_folder_holds_for_a_store_whose_name_is_null()
    {
        var folder = _storage.Store("default");
        folder.WriteMetadata($$"""{"id":"{{Id}}","name":null}""");

        var store = await folder.FindAsync(new StoreDeclaration
        {
            Name = "default",
            Owner = OtherUser,
            UrlSigningSecretKey = "k",
            GeneralAccess = GeneralAccess.AnyoneWithIdCanRead,
        });

        Assert.Equal((Id, OtherUser, "k"), (store.Id, store.Owner, store.UrlSigningSecretKey));
        Assert.Equal(GeneralAccess.AnyoneWithIdCanRead, store.EffectiveGeneralAccess);
    }

    [Fact]
    public async Task A_store_of_another_owner_is_found_by_that_owner_only()
    {
        _storage.Store("my-store");
        var stores = _storage.Open(new StoreDeclaration { Name = "my-store", Owner = OtherUser });

        Assert.NotNull(await stores.FindByNameAsync(OtherUser, "my-store", Running));
        Assert.Null(await stores.FindByNameAsync(StorageFolder.Owner, "my-store", Running));
    }

    [Fact]
    public async Task Of_two_stores_with_one_id_always_the_same_is_found_and_a_warning_names_both()
    {
        var (b, a) = (_storage.Store("b"), _storage.Store("a"));
        foreach (var folder in (StoreFolder[])[b, a])
            folder.WriteMetadata($$"""{"id":"{{Id}}","name":null}""");

        Assert.Equal(a.Path, (await _storage.Open().FindByIdAsync(Id, Running))?.Location);
        Assert.Equal((Id, a.Path, b.Path), Assert.Single(_storage.Events.SameId));
    }

    [Fact]
    public async Task A_folder_called_so_comes_before_a_store_whose_metadata_says_so()
    {
        _storage.Store("a").WriteMetadata("""{"name":"wanted"}""");
        var folder = _storage.Store("wanted");

        Assert.Equal(folder.Path, (await FindByNameAsync("wanted"))?.Location);
    }

    [Theory]
    [InlineData("wanted")]
    [InlineData("Wanted")]
    [InlineData("WANTED")]
    public async Task Where_names_differ_only_in_case_the_one_written_exactly_so_is_found_also_in_metadata(string name)
    {
        _storage.Store("a").WriteMetadata("""{"name":"WANTED"}""");
        _storage.Store("b").WriteMetadata("""{"name":"wanted"}""");
        _storage.Store("Wanted");

        Assert.Equal(name, (await FindByNameAsync(name))?.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"id\":\"Xq3vR8tLmN2pKs7Yd\",\"na")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"Xq3vR8tLmN2pKs7Yd\"")]
    [InlineData("7")]
    [InlineData("{\"id\":\"\\uD800\"}")]
    public async Task Metadata_that_cannot_be_read_is_said_and_the_store_served_as_if_it_had_none(string metadata)
    {
        var folder = _storage.Store("my-store");
        folder.WriteMetadata(metadata);
        folder.Write("a.json");

        Assert.Equal(StoreId.Derive(StorageFolder.Owner.Id, "my-store"), (await FindByNameAsync("my-store"))?.Id);
        Assert.Equal(folder.PathOf("__metadata__.json"), Assert.Single(_storage.Events.UnreadableMetadata).Path);
        Assert.Equal(["a"], await folder.KeysAsync());
    }

    [Fact]
    public async Task Metadata_that_may_not_be_read_is_said_and_the_store_served_as_if_it_had_none()
    {
        var folder = _storage.Store("my-store");
        folder.WriteMetadata($$"""{"id":"{{Id}}","name":null}""");
        File.SetUnixFileMode(folder.PathOf("__metadata__.json"), UnixFileMode.None);

        var store = await Unix.AsUnprivilegedAsync(() => FindByNameAsync("my-store"));

        Assert.Equal(StoreId.Derive(StorageFolder.Owner.Id, "my-store"), store?.Id);
        Assert.Single(_storage.Events.UnreadableMetadata);
    }

    [Fact]
    public async Task A_folder_whose_name_is_no_UTF_8_is_no_store()
    {
        Unix.MakeFolder(_storage.Stores, [0xFF, (byte)'a']);

        _storage.Store("default");

        Assert.Equal(["default"], (await _storage.Open().ListAsync(Running)).Select(store => store.Name));
        Assert.Equal("has a name that is no UTF-8", Assert.Single(_storage.Events.LeftOut).Reason);
    }

    private Task<Store?> FindByNameAsync(string name) => _storage.Open().FindByNameAsync(StorageFolder.Owner, name, Running).AsTask();
}

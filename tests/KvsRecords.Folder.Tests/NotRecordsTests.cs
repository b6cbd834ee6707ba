using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>What lies in a storage folder and is no record or no store, in any layout.</summary>
public sealed class NotRecordsTests : IDisposable
{
    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public NotRecordsTests() => _store = _storage.Store("default");

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    public static TheoryData<string> Files =>
    [
        "__metadata__.json", ".tmp.a", ".tmp.a.json", ".tmp.a.__metadata__.json", "a.json.x1y2z3.tmp", "a.__metadata__.json.x1y2z3.tmp",
        ".DS_Store", ".gitkeep", ".gitignore", "Thumbs.db", "desktop.ini",
        "__CRAWLEE_TEMPORARY_a.json", "__CRAWLEE_MIGRATING_a.json", "__CRAWLEE_a",
        "__OLD_a.json", "__OLD",
    ];

    public static TheoryData<string> Folders => ["a", "sub.json", "b.json.lock", ".git", "INPUT", "__OLD_a", "__metadata__.json"];

    public static TheoryData<string> SetAside =>
        ["__CRAWLEE_TEMPORARY_x", "__CRAWLEE_MIGRATING_default", "__OLD_default", "__OLD", ".git", ".tmp.x"];

    [Theory, MemberData(nameof(Files))]
    public async Task A_file_of_another_purpose_is_no_record_in_a_store_of_extensions(string fileName)
    {
        _store.Write("record.json");
        _store.Write(fileName, "{}");

        Assert.Equal(["record"], await _store.KeysAsync());
        Assert.Equal(0, _storage.Events.Count);
    }

    [Theory, MemberData(nameof(Files))]
    public async Task A_file_of_another_purpose_is_no_record_in_a_store_of_encoded_keys(string fileName)
    {
        _store.WriteEncoded("record");
        _store.Write(fileName, "{}");

        Assert.Equal(["record"], (await _store.RecordsAsync()).Keys);
        Assert.Equal(0, _storage.Events.Count);
    }

    [Theory]
    [InlineData("__metadata__.json")]
    [InlineData("__CRAWLEE_TEMPORARY_a")]
    [InlineData("__OLD_a")]
    [InlineData(".tmp.a")]
    public async Task A_sidecar_does_not_make_a_record_of_it(string fileName)
    {
        _store.WriteEncoded("record");
        _store.Write(fileName, "{}");
        _store.WriteSidecar(fileName);

        Assert.Equal(["record"], await _store.KeysAsync());
    }

    [Theory]
    [InlineData("_CRAWLEE_a.json")]
    [InlineData("__crawlee_a.json")]
    [InlineData("a__OLD.json")]
    [InlineData("__OL.json")]
    [InlineData("__metadata__.txt")]
    [InlineData("a__metadata__.json")]
    [InlineData("DS_Store.json")]
    [InlineData("SDK_CRAWLER_STATISTICS_0.json")]
    [InlineData("CRAWLEE_STATE.json")]
    public async Task What_only_resembles_one_is_a_record(string fileName)
    {
        _store.Write(fileName);

        Assert.Single(await _store.KeysAsync());
    }

    [Theory, MemberData(nameof(Folders))]
    public async Task A_folder_is_no_record_whatever_its_name_and_contents_in_a_store_of_extensions(string name)
    {
        _store.Write("record.json");
        Directory.CreateDirectory(_store.PathOf(name));
        File.WriteAllText(Path.Join(_store.PathOf(name), "inner.json"), "inner");

        Assert.Equal(["record"], await _store.KeysAsync());
    }

    [Theory, MemberData(nameof(Folders))]
    public async Task A_folder_is_no_record_whatever_its_name_and_contents_in_a_store_of_encoded_keys(string name)
    {
        _store.WriteEncoded("record");
        Directory.CreateDirectory(_store.PathOf(name));
        File.WriteAllText(Path.Join(_store.PathOf(name), "inner.json"), "inner");

        Assert.Equal(["record"], await _store.KeysAsync());
    }

    [Theory, MemberData(nameof(SetAside))]
    public async Task A_folder_that_was_set_aside_is_no_store(string name)
    {
        _storage.Store(name).Write("a.json");
        var stores = _storage.Open();

        Assert.Equal(["default"], (await stores.ListAsync(Running)).Select(store => store.Name));
        Assert.Null(await stores.FindByNameAsync(StorageFolder.Owner, name, Running));
        Assert.Null(await stores.FindByIdAsync(StoreId.Derive(StorageFolder.Owner.Id, name), Running));
    }

    [Fact]
    public async Task A_file_among_the_stores_is_no_store()
    {
        File.WriteAllText(Path.Join(_storage.Stores, "notes.txt"), "not a store");

        Assert.Equal(["default"], (await _storage.Open().ListAsync(Running)).Select(store => store.Name));
    }

    [Fact]
    public async Task A_store_of_nothing_but_such_files_is_empty()
    {
        foreach (var name in Files)
            _store.Write(name.Data, "{}");

        Assert.Empty(await _store.RecordsAsync());
    }
}

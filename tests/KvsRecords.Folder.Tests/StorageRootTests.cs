using KvsRecords.StorageContract;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>Which folder a person may name, and when it may come and go.</summary>
public sealed class StorageRootTests : IDisposable
{
    private readonly StorageFolder _storage = new();

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/.")]
    [InlineData("/key_value_stores")]
    [InlineData("/key_value_stores/")]
    [InlineData("/datasets/../key_value_stores")]
    [InlineData("/../storage")]
    public async Task The_folder_may_hold_the_stores_folder_or_be_it_however_it_is_written(string ending)
    {
        _storage.Store("default").WriteEncoded("a/b");
        Directory.CreateDirectory(Path.Join(_storage.Path, "datasets", "default"));

        Assert.Equal(["default: a/b"], await ContentsAsync(_storage.Path + ending));
    }

    [Fact]
    public async Task The_folder_may_be_named_by_the_way_from_the_current_one()
    {
        _storage.Store("default").WriteEncoded("a/b");

        Assert.Equal(["default: a/b"], await ContentsAsync(Path.GetRelativePath(Environment.CurrentDirectory, _storage.Path)));
    }

    [Fact]
    public async Task The_folder_of_the_stores_may_have_another_name_when_a_stores_metadata_gives_it_away()
    {
        _storage.Store("default").Write("a.json");
        _storage.Store("default").WriteMetadata("{}");
        var renamed = Path.Join(_storage.Path, "backup");
        Directory.Move(_storage.Stores, renamed);

        Assert.Equal(["default: a"], await ContentsAsync(renamed));
    }

    [Fact]
    public async Task Any_folder_with_folders_in_it_is_no_folder_of_stores()
    {
        _storage.Store("secrets").Write("password.txt");
        var renamed = Path.Join(_storage.Path, "project");
        Directory.Move(_storage.Stores, renamed);

        Assert.Empty(await ContentsAsync(renamed));
    }

    [Fact]
    public async Task The_folder_may_be_a_symbolic_link()
    {
        _storage.Store("default").Write("a.json");
        var link = Path.Join(_storage.Outside, "link");
        File.CreateSymbolicLink(link, _storage.Path);

        Assert.Equal(["default: a"], await ContentsAsync(link));
    }

    [Theory]
    [InlineData("datasets")]
    [InlineData("request_queues")]
    public async Task A_storage_without_key_value_stores_yet_has_no_stores(string neighbour)
    {
        Directory.Delete(_storage.Stores);
        Directory.CreateDirectory(Path.Join(_storage.Path, neighbour, "default"));

        Assert.Empty(await ContentsAsync(_storage.Path));
    }

    [Fact]
    public async Task An_empty_folder_has_no_stores()
    {
        Directory.Delete(_storage.Stores);

        Assert.Empty(await ContentsAsync(_storage.Path));
        Assert.Empty(await ContentsAsync(_storage.Outside));
    }

    [Theory]
    [InlineData("storage")]
    [InlineData("storage/key_value_stores")]
    [InlineData("not/there/yet/key_value_stores")]
    public async Task A_folder_that_is_made_after_the_start_is_served(string name)
    {
        var path = Path.Join(_storage.Outside, name);
        var stores = _storage.OpenAt(path);
        Assert.Empty(await stores.ListAsync(Running));
        Assert.Null(await stores.FindByNameAsync(StorageFolder.Owner, "default", Running));

        var folder = name.EndsWith("key_value_stores", StringComparison.Ordinal) ? path : Path.Join(path, "key_value_stores");
        Directory.CreateDirectory(Path.Join(folder, "default"));

        Assert.NotNull(await stores.FindByNameAsync(StorageFolder.Owner, "default", Running));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/key_value_stores")]
    public async Task A_folder_that_is_removed_and_remade_is_served_anew(string ending)
    {
        _storage.Store("default").Write("old.json");
        var stores = _storage.OpenAt(_storage.Path + ending);
        var old = Assert.Single(await stores.ListAsync(Running));
        Assert.Equal(["old"], await stores.KeysAsync(old, null, Running));

        Directory.Delete(_storage.Path, recursive: true);
        Assert.Empty(await stores.ListAsync(Running));
        Assert.Empty(await stores.KeysAsync(old, null, Running));

        _storage.Store("default").WriteEncoded("new");
        Assert.Equal(["new"], await stores.KeysAsync(Assert.Single(await stores.ListAsync(Running)), null, Running));
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder_holds_no_stores()
    {
        var path = _storage.WriteOutside("storage");

        Assert.Empty(await ContentsAsync(path));
    }

    [Fact]
    public async Task Stores_that_may_not_be_listed_are_not_taken_for_none()
    {
        _storage.Store("default");
        File.SetUnixFileMode(_storage.Stores, UnixFileMode.None);

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Unix.AsUnprivilegedAsync(() => ContentsAsync(_storage.Path)));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Unix.AsUnprivilegedAsync(() => ContentsAsync(_storage.Stores)));
    }

    [Fact]
    public async Task A_storage_that_may_not_be_looked_into_is_not_taken_for_an_empty_one()
    {
        _storage.Store("default");
        File.SetUnixFileMode(_storage.Path, UnixFileMode.None);

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Unix.AsUnprivilegedAsync(() => ContentsAsync(_storage.Path)));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Unix.AsUnprivilegedAsync(() => ContentsAsync(_storage.Stores)));
    }

    private async Task<List<string>> ContentsAsync(string path)
    {
        var contents = new List<string>();
        var stores = _storage.OpenAt(path);
        foreach (var store in await stores.ListAsync(Running))
            contents.AddRange((await stores.KeysAsync(store, null, Running)).Select(key => $"{store.Name}: {key}"));
        return contents;
    }
}

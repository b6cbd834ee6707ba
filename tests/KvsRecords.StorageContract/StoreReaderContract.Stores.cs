using CsCheck;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class StoreReaderContract
{
    [Fact]
    public async Task A_storage_that_can_be_read_passes_its_check_with_stores_and_without()
    {
        await using var empty = await OpenAsync();
        await using var backend = await OpenAsync(new StoreContents("s", NastyRecords));

        await empty.Stores.CheckAsync(Running);
        await backend.Stores.CheckAsync(Running);
    }

    [Fact]
    public async Task The_list_has_every_store_once()
    {
        await using var backend = await OpenAsync(new("b"), new("a", NastyRecords), new("with-dash"));

        var stores = await backend.Stores.ListAsync(Running);

        Assert.Equal(["a", "b", "with-dash"], stores.Select(store => store.Name).Order(StringComparer.Ordinal));
        Assert.Equal(3, stores.Select(store => store.Id).Distinct().Count());
        Assert.All(stores, store => Assert.Equal(Owner.Id, store.Owner.Id));
    }

    [Fact]
    public async Task The_list_of_an_empty_storage_is_empty()
    {
        await using var backend = await OpenAsync();

        Assert.Empty(await backend.Stores.ListAsync(Running));
    }

    [Fact]
    public async Task A_store_made_just_before_is_listed_and_found()
    {
        await using var backend = await OpenAsync(new StoreContents("old"));
        Assert.Single(await backend.Stores.ListAsync(Running));
        Assert.Null(await backend.Stores.FindByNameAsync(Owner, "new", Running));

        await backend.AddAsync(new("new", new StoredRecord("😀")));

        var listed = Assert.Single(await backend.Stores.ListAsync(Running), store => store.Name == "new");
        Assert.Equal(listed.Id, (await backend.Stores.FindByNameAsync(Owner, "new", Running))?.Id);
        Assert.Equal("new", (await backend.Stores.FindByIdAsync(listed.Id, Running))?.Name);
        Assert.Equal(["😀"], await backend.Stores.KeysAsync(listed, null, Running));
    }

    [Fact]
    public async Task A_deleted_store_is_neither_listed_nor_found()
    {
        await using var backend = await OpenAsync(new("stays"), new("goes", NastyRecords));
        var id = (await FindAsync(backend, "goes")).Id;

        await backend.DeleteAsync("goes");

        Assert.Equal(["stays"], (await backend.Stores.ListAsync(Running)).Select(store => store.Name));
        Assert.Null(await backend.Stores.FindByNameAsync(Owner, "goes", Running));
        Assert.Null(await backend.Stores.FindByIdAsync(id, Running));
    }

    [Fact]
    public async Task An_id_finds_its_store_and_is_compared_exactly()
    {
        await using var backend = await OpenAsync(new("a"), new("b"));
        foreach (var store in await backend.Stores.ListAsync(Running))
        {
            Assert.Equal(store.Name, (await backend.Stores.FindByIdAsync(store.Id, Running))?.Name);
            Assert.Null(await backend.Stores.FindByIdAsync(OtherCase(store.Id), Running));
            Assert.Null(await backend.Stores.FindByIdAsync(store.Id + " ", Running));
            Assert.Null(await backend.Stores.FindByIdAsync(store.Id[..^1], Running));
        }
    }

    [Fact]
    public async Task An_id_is_the_same_at_every_call()
    {
        await using var backend = await OpenAsync(new("a"), new("b"));

        Assert.Equal(
            (await backend.Stores.ListAsync(Running)).Select(store => store.Id).ToHashSet(),
            (await backend.Stores.ListAsync(Running)).Select(store => store.Id).ToHashSet());
    }

    [Fact]
    public async Task A_name_is_no_id()
    {
        await using var backend = await OpenAsync(new StoreContents("my-store"));

        Assert.Null(await backend.Stores.FindByIdAsync("my-store", Running));
    }

    [Theory]
    [InlineData("my-store")]
    [InlineData("MY-STORE")]
    [InlineData("mY-StorE")]
    public async Task A_name_is_compared_without_case(string name)
    {
        await using var backend = await OpenAsync(new("another"), new("my-store"));

        Assert.Equal("my-store", (await backend.Stores.FindByNameAsync(Owner, name, Running))?.Name);
    }

    [Theory]
    [InlineData("my-store")]
    [InlineData("My-Store")]
    [InlineData("MY-STORE")]
    public async Task Where_names_differ_only_in_case_the_one_written_exactly_so_is_found(string name)
    {
        string[] names = NamesMayDifferOnlyInCase ? ["My-Store", "MY-STORE", "my-store"] : [name];
        await using var backend = await OpenAsync([.. names.Select(each => new StoreContents(each))]);

        Assert.Equal(name, (await backend.Stores.FindByNameAsync(Owner, name, Running))?.Name);
    }

    [Fact]
    public async Task A_name_means_the_stores_of_its_owner_only()
    {
        await using var backend = await OpenAsync(new StoreContents("my-store"));

        Assert.Null(await backend.Stores.FindByNameAsync(OtherUser, "my-store", Running));
    }

    [Fact]
    public async Task No_text_finds_a_store_that_is_not_called_so()
    {
        await using var backend = await OpenAsync(new("my-store", new StoredRecord("a")), new("default"));
        var ids = (await backend.Stores.ListAsync(Running)).Select(store => store.Id).ToHashSet();

        foreach (var text in NastyText.NamesOfNothing)
            await FindsNothingAsync(text);
        await NastyText.Any.SampleAsync(FindsNothingAsync, iter: 200, threads: 1);

        async Task FindsNothingAsync(string text)
        {
            if (!ids.Contains(text))
                Assert.Null(await backend.Stores.FindByIdAsync(text, Running));
            if (text.ToLowerInvariant() is not ("my-store" or "default"))
                Assert.Null(await backend.Stores.FindByNameAsync(Owner, text, Running));
        }
    }

    private static string OtherCase(string id) =>
        string.Concat(id.Select(c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)));
}

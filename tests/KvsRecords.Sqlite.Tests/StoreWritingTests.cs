using System.Text.Json;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

public sealed class StoreWritingTests : IAsyncDisposable
{
    private static readonly User Other = new("Zq3vR8tLmN2pKs7Yd", "john");

    private readonly StorageInFolder _folder = new();

    private static CancellationToken Running => StorageInFolder.Running;

    private SqliteStorage Storage => _folder.Storage;

    [Fact]
    public async Task A_name_gets_the_store_that_has_it_in_any_case()
    {
        var made = await Storage.GetOrCreateAsync(StorageInFolder.Owner, "Straße-É", null, Running);
        var got = await Storage.GetOrCreateAsync(StorageInFolder.Owner, "STRAßE-é", null, Running);

        Assert.True(made.IsNew);
        Assert.False(got.IsNew);
        Assert.Equal(made.Store.Id, got.Store.Id);
        Assert.Equal("Straße-É", got.Store.Name);
    }

    [Fact]
    public async Task A_new_store_has_an_id_a_key_and_times()
    {
        var store = await _folder.StoreAsync("a");

        Assert.True(StoreId.IsWellFormed(store.Id));
        Assert.Equal(24, store.UrlSigningSecretKey?.Length);
        Assert.NotNull(store.CreatedAt);
        Assert.Equal(store.CreatedAt, store.ModifiedAt);
        Assert.Equal(StorageInFolder.Owner, store.Owner);
        Assert.Equal(GeneralAccess.FollowUserSetting, store.GeneralAccess);
    }

    [Fact]
    public async Task Without_a_name_each_is_a_new_store()
    {
        var one = await _folder.StoreAsync(null);
        var other = await _folder.StoreAsync(null);

        Assert.NotEqual(one.Id, other.Id);
        Assert.Null(one.Name);
        Assert.Equal(2, (await Storage.ListAsync(Running)).Count);
    }

    [Fact]
    public async Task The_same_name_may_be_had_by_every_owner()
    {
        var mine = await _folder.StoreAsync("a");
        var theirs = await Storage.GetOrCreateAsync(Other, "a", null, Running);

        Assert.True(theirs.IsNew);
        Assert.Equal(mine.Id, (await Storage.FindByNameAsync(StorageInFolder.Owner, "a", Running))?.Id);
        Assert.Equal(theirs.Store.Id, (await Storage.FindByNameAsync(Other, "a", Running))?.Id);
        Assert.Equal(Other, theirs.Store.Owner);
    }

    [Fact]
    public async Task Of_many_calls_at_once_one_makes_the_store()
    {
        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            async () => await Storage.GetOrCreateAsync(StorageInFolder.Owner, i % 2 == 0 ? "same" : "SAME", null, Running), Running)));

        Assert.Single(found, each => each.IsNew);
        Assert.Single(found.Select(each => each.Store.Id).Distinct());
    }

    // In a loop, since what is no text cannot be written into an attribute.
    [Fact]
    public async Task A_name_that_is_no_text_is_refused()
    {
        foreach (var name in (string[])["", "a\0b", "\uD800"])
            await Assert.ThrowsAsync<ArgumentException>(() => _folder.StoreAsync(name));

        Assert.Empty(await Storage.ListAsync(Running));
    }

    [Fact]
    public async Task A_schema_is_kept_as_it_was_given_and_not_changed_by_asking_again()
    {
        var schema = Schema("""{"actorKeyValueStoreSchemaVersion":1,"title":"é","collections":{"images":{"keyPrefix":"image-"}}}""");
        await Storage.GetOrCreateAsync(StorageInFolder.Owner, "a", schema, Running);
        await Storage.GetOrCreateAsync(
            StorageInFolder.Owner, "a", Schema("""{"actorKeyValueStoreSchemaVersion":1,"title":"","collections":{}}"""), Running);
        await _folder.RestartAsync();

        var store = await _folder.StoreAsync("a");

        Assert.Equal(schema.Json, store.Schema?.Json);
        Assert.Equal("image-", store.Schema?.Find("images")?.KeyPrefix);
    }

    [Fact]
    public async Task What_is_said_of_a_store_is_changed_and_the_rest_stays()
    {
        var store = await _folder.StoreAsync("a");

        await Storage.UpdateAsync(store, new(Title: "Ein Titel"), Running);
        await Storage.UpdateAsync(store, new(GeneralAccess: GeneralAccess.AnyoneWithNameCanRead), Running);
        var changed = await Storage.UpdateAsync(store, new(Name: "B"), Running);

        Assert.Equal(("B", "Ein Titel", GeneralAccess.AnyoneWithNameCanRead), (changed?.Name, changed?.Title, changed?.GeneralAccess));
        Assert.Equal((store.Id, store.UrlSigningSecretKey), (changed?.Id, changed?.UrlSigningSecretKey));
        Assert.Null(await Storage.FindByNameAsync(StorageInFolder.Owner, "a", Running));
        Assert.Equal(store.Id, (await Storage.FindByNameAsync(StorageInFolder.Owner, "b", Running))?.Id);
        Assert.Null((await Storage.UpdateAsync(store, new(Title: ""), Running))?.Title);
    }

    [Fact]
    public async Task A_name_that_another_store_has_is_refused_and_nothing_is_changed()
    {
        await _folder.StoreAsync("taken");
        var store = await _folder.StoreAsync("a");

        var refused = await Assert.ThrowsAsync<StoreNameTakenException>(
            () => Storage.UpdateAsync(store, new("TAKEN", "title"), Running).AsTask());

        Assert.Equal("TAKEN", refused.Name);
        var found = await Storage.FindByIdAsync(store.Id, Running);
        Assert.Equal(("a", null), (found?.Name, found?.Title));
    }

    [Fact]
    public async Task A_store_may_be_given_its_own_name_in_another_case()
    {
        var store = await _folder.StoreAsync("a");

        Assert.Equal("A", (await Storage.UpdateAsync(store, new("A"), Running))?.Name);
    }

    [Fact]
    public async Task An_empty_name_takes_the_name_away()
    {
        var store = await _folder.StoreAsync("a");
        await Storage.UpdateAsync(await _folder.StoreAsync("b"), new(Name: ""), Running);

        var changed = await Storage.UpdateAsync(store, new(Name: "", Title: "t"), Running);

        Assert.Equal((store.Id, null, "t"), (changed?.Id, changed?.Name, changed?.Title));
        Assert.Null(await Storage.FindByNameAsync(StorageInFolder.Owner, "a", Running));
        Assert.NotEqual(store.Id, (await _folder.StoreAsync("a")).Id);
    }

    [Fact]
    public async Task A_store_that_is_deleted_and_made_again_is_another_store()
    {
        var first = await _folder.StoreAsync("a");
        await _folder.PutAsync(first, "key", [1]);
        Assert.True(await Storage.DeleteAsync(first, Running));

        var second = await _folder.StoreAsync("a");

        Assert.NotEqual(first.Id, second.Id);
        Assert.NotEqual(first.UrlSigningSecretKey, second.UrlSigningSecretKey);
        Assert.Null(await _folder.ValueAsync(second, "key"));
        Assert.Null(await _folder.ValueAsync(first, "key"));
        Assert.Null(await Storage.FindByIdAsync(first.Id, Running));
    }

    [Fact]
    public async Task Nothing_can_be_done_to_a_store_that_is_gone()
    {
        var store = await _folder.StoreAsync("a");
        await _folder.PutAsync(store, "key", [1]);
        await Storage.DeleteAsync(store, Running);

        Assert.False(await Storage.DeleteAsync(store, Running));
        Assert.False(await Storage.DeleteAsync(store, new RecordKey("key"), Running));
        Assert.Null(await Storage.UpdateAsync(store, new("b"), Running));
        Assert.False(await Storage.PutAsync(store, new(new("key")), new MemoryStream(StorageInFolder.Random(100_000)), Running));
        Assert.Empty(_folder.BodyFiles);
    }

    [Fact]
    public async Task Nothing_can_be_done_to_a_store_of_another_storage()
    {
        await _folder.StoreAsync("a");
        var foreign = new Store { Id = StoreId.Create(), Location = "/some/where", Owner = Other };

        Assert.False(await Storage.DeleteAsync(foreign, Running));
        Assert.False(await Storage.PutAsync(foreign, new(new("key")), new MemoryStream(), Running));
        Assert.Single(await Storage.ListAsync(Running));
    }

    [Fact]
    public async Task Stores_are_the_same_after_a_restart()
    {
        var store = await _folder.StoreAsync("a");
        await Storage.GetOrCreateAsync(Other, "b", null, Running);
        var gone = await _folder.StoreAsync("gone");
        await Storage.DeleteAsync(gone, Running);
        var changed = await Storage.UpdateAsync(store, new("c", "t", GeneralAccess.Restricted), Running);

        await _folder.RestartAsync();

        Assert.Equal(["b", "c"], (await Storage.ListAsync(Running)).Select(each => each.Name).Order(StringComparer.Ordinal));
        var found = await Storage.FindByIdAsync(store.Id, Running);
        Assert.Equal(
            (changed!.Name, changed.Title, changed.GeneralAccess, changed.UrlSigningSecretKey, changed.CreatedAt, changed.ModifiedAt),
            (found!.Name, found.Title, found.GeneralAccess, found.UrlSigningSecretKey, found.CreatedAt, found.ModifiedAt));
        Assert.Equal("john", (await Storage.FindByNameAsync(Other, "b", Running))?.Owner.Username);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    internal static StoreSchema Schema(string text)
    {
        using var json = JsonDocument.Parse(text);
        return StoreSchema.Parse(json.RootElement, "schema", [])!;
    }
}

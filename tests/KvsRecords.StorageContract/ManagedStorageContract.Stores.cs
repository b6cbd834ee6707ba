using KvsRecords.Storage;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class ManagedStorageContract
{
    [Fact]
    public async Task A_name_gets_the_store_that_has_it_in_any_case()
    {
        var made = await Writer.GetOrCreateAsync(Owner, "Straße-É", null, Running);
        var got = await Writer.GetOrCreateAsync(Owner, "STRAßE-é", null, Running);

        Assert.True(made.IsNew);
        Assert.False(got.IsNew);
        Assert.Equal(made.Store.Id, got.Store.Id);
        Assert.Equal("Straße-É", got.Store.Name);
    }

    [Fact]
    public async Task A_new_store_has_an_id_a_key_and_times()
    {
        var store = await StoreAsync("a");

        Assert.True(StoreId.IsWellFormed(store.Id));
        Assert.Equal(24, store.UrlSigningSecretKey?.Length);
        Assert.NotNull(store.CreatedAt);
        Assert.Equal(store.CreatedAt, store.ModifiedAt);
        Assert.Equal(Owner, store.Owner);
        Assert.Equal(GeneralAccess.FollowUserSetting, store.GeneralAccess);
    }

    [Fact]
    public async Task Without_a_name_each_is_a_new_store()
    {
        var one = await StoreAsync(null);
        var other = await StoreAsync(null);

        Assert.NotEqual(one.Id, other.Id);
        Assert.Null(one.Name);
        Assert.Equal(2, (await Stores.ListAsync(Running)).Count);
    }

    [Fact]
    public async Task The_same_name_may_be_had_by_every_owner()
    {
        var mine = await StoreAsync("a");
        var theirs = await Writer.GetOrCreateAsync(OtherUser, "a", null, Running);

        Assert.True(theirs.IsNew);
        Assert.Equal(mine.Id, (await Stores.FindByNameAsync(Owner, "a", Running))?.Id);
        Assert.Equal(theirs.Store.Id, (await Stores.FindByNameAsync(OtherUser, "a", Running))?.Id);
        Assert.Equal(OtherUser, theirs.Store.Owner);
    }

    [Fact]
    public async Task Of_many_calls_at_once_one_makes_the_store()
    {
        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            async () => await Writer.GetOrCreateAsync(Owner, i % 2 == 0 ? "same" : "SAME", null, Running), Running)));

        Assert.Single(found, each => each.IsNew);
        Assert.Single(found.Select(each => each.Store.Id).Distinct());
    }

    // In a loop, since what is no text cannot be written into an attribute.
    [Fact]
    public async Task A_name_that_is_no_text_is_refused()
    {
        foreach (var name in (string[])["", "a\0b", "\uD800"])
            await Assert.ThrowsAsync<ArgumentException>(() => StoreAsync(name));

        Assert.Empty(await Stores.ListAsync(Running));
    }

    [Fact]
    public async Task A_schema_is_kept_as_it_was_given_and_not_changed_by_asking_again()
    {
        var schema = Sample.Schema("""{"actorKeyValueStoreSchemaVersion":1,"title":"é","collections":{"images":{"keyPrefix":"image-"}}}""");
        await Writer.GetOrCreateAsync(Owner, "a", schema, Running);
        await Writer.GetOrCreateAsync(
            Owner, "a", Sample.Schema("""{"actorKeyValueStoreSchemaVersion":1,"title":"","collections":{}}"""), Running);
        await RestartAsync();

        var store = await StoreAsync("a");

        Assert.Equal(schema.Json, store.Schema?.Json);
        Assert.Equal("image-", store.Schema?.Find("images")?.KeyPrefix);
    }

    [Fact]
    public async Task What_is_said_of_a_store_is_changed_and_the_rest_stays()
    {
        var store = await StoreAsync("a");

        await Writer.UpdateAsync(store, new(Title: "Ein Titel"), Running);
        await Writer.UpdateAsync(store, new(GeneralAccess: GeneralAccess.AnyoneWithNameCanRead), Running);
        var changed = await Writer.UpdateAsync(store, new(Name: "B"), Running);

        Assert.Equal(("B", "Ein Titel", GeneralAccess.AnyoneWithNameCanRead), (changed?.Name, changed?.Title, changed?.GeneralAccess));
        Assert.Equal((store.Id, store.UrlSigningSecretKey), (changed?.Id, changed?.UrlSigningSecretKey));
        Assert.Null(await Stores.FindByNameAsync(Owner, "a", Running));
        Assert.Equal(store.Id, (await Stores.FindByNameAsync(Owner, "b", Running))?.Id);
        Assert.Null((await Writer.UpdateAsync(store, new(Title: ""), Running))?.Title);
    }

    [Fact]
    public async Task It_is_shared_with_others_and_with_none_and_stays_so_where_nothing_is_said_of_it()
    {
        var store = await StoreAsync();

        await Writer.UpdateAsync(store, new StoreChange(SharedWith: new HashSet<string> { "b", "a" }), Running);
        await Writer.UpdateAsync(store, new StoreChange(Title: "T"), Running);
        await RestartAsync();
        Assert.Equal(["a", "b"], (await Stores.FindByIdAsync(store.Id, Running))!.SharedWith.Order());

        var none = await Writer.UpdateAsync(store, new StoreChange(SharedWith: new HashSet<string>()), Running);
        Assert.Empty(none!.SharedWith);
        Assert.Equal("T", none.Title);
    }

    [Fact]
    public async Task A_name_that_another_store_has_is_refused_and_nothing_is_changed()
    {
        await StoreAsync("taken");
        var store = await StoreAsync("a");

        var refused = await Assert.ThrowsAsync<StoreNameTakenException>(
            () => Writer.UpdateAsync(store, new("TAKEN", "title"), Running).AsTask());

        Assert.Equal("TAKEN", refused.Name);
        var found = await Stores.FindByIdAsync(store.Id, Running);
        Assert.Equal(("a", null), (found?.Name, found?.Title));
    }

    [Fact]
    public async Task A_store_may_be_given_its_own_name_in_another_case()
    {
        var store = await StoreAsync("a");

        Assert.Equal("A", (await Writer.UpdateAsync(store, new("A"), Running))?.Name);
    }

    [Fact]
    public async Task An_empty_name_takes_the_name_away()
    {
        var store = await StoreAsync("a");
        await Writer.UpdateAsync(await StoreAsync("b"), new(Name: ""), Running);

        var changed = await Writer.UpdateAsync(store, new(Name: "", Title: "t"), Running);

        Assert.Equal((store.Id, null, "t"), (changed?.Id, changed?.Name, changed?.Title));
        Assert.Null(await Stores.FindByNameAsync(Owner, "a", Running));
        Assert.NotEqual(store.Id, (await StoreAsync("a")).Id);
    }

    [Fact]
    public async Task A_store_that_is_deleted_and_made_again_is_another_store()
    {
        var first = await StoreAsync("a");
        await PutAsync(first, "key", [1]);
        Assert.True(await Writer.DeleteAsync(first, Running));

        var second = await StoreAsync("a");

        Assert.NotEqual(first.Id, second.Id);
        Assert.NotEqual(first.UrlSigningSecretKey, second.UrlSigningSecretKey);
        Assert.Null(await ValueAsync(second, "key"));
        Assert.Null(await ValueAsync(first, "key"));
        Assert.Null(await Stores.FindByIdAsync(first.Id, Running));
    }

    [Fact]
    public async Task Nothing_can_be_done_to_a_store_that_is_gone()
    {
        var store = await StoreAsync("a");
        await PutAsync(store, "key", [1]);
        await Writer.DeleteAsync(store, Running);

        Assert.False(await Writer.DeleteAsync(store, Running));
        Assert.False(await Writer.DeleteAsync(store, new RecordKey("key"), Running));
        Assert.Null(await Writer.UpdateAsync(store, new("b"), Running));
        Assert.False(await Writer.PutAsync(store, new(new("key")), new MemoryStream(Sample.Random(100_000)), Running));
        Assert.Equal(0, (await SweepAsync()).Records);
    }

    [Fact]
    public async Task Nothing_can_be_done_to_a_store_of_another_storage()
    {
        await StoreAsync("a");
        var foreign = new Store { Id = StoreId.Create(), Location = "/some/where", Owner = OtherUser };

        Assert.False(await Writer.DeleteAsync(foreign, Running));
        Assert.False(await Writer.PutAsync(foreign, new(new("key")), new MemoryStream(), Running));
        Assert.Single(await Stores.ListAsync(Running));
    }

    [Fact]
    public async Task Stores_are_the_same_after_a_restart()
    {
        var store = await StoreAsync("a");
        await Writer.GetOrCreateAsync(OtherUser, "b", null, Running);
        var gone = await StoreAsync("gone");
        await Writer.DeleteAsync(gone, Running);
        var changed = await Writer.UpdateAsync(store, new("c", "t", GeneralAccess.Restricted), Running);

        await RestartAsync();

        Assert.Equal(["b", "c"], (await Stores.ListAsync(Running)).Select(each => each.Name).Order(StringComparer.Ordinal));
        var found = await Stores.FindByIdAsync(store.Id, Running);
        Assert.Equal(
            (changed!.Name, changed.Title, changed.GeneralAccess, changed.UrlSigningSecretKey, changed.CreatedAt, changed.ModifiedAt),
            (found!.Name, found.Title, found.GeneralAccess, found.UrlSigningSecretKey, found.CreatedAt, found.ModifiedAt));
        Assert.Equal("john", (await Stores.FindByNameAsync(OtherUser, "b", Running))?.Owner.Username);
    }
}

using KvsRecords.Storage;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class ManagedStorageContract
{
    private const string Id = "WkzbQMuFYuamGv3YF";

    [Fact]
    public async Task A_store_that_is_not_there_is_made_as_it_is_declared()
    {
        var schema = Sample.Schema("""{"actorKeyValueStoreSchemaVersion":1,"title":"é","collections":{}}""");
        await DeclareAsync(new()
        {
            Name = "Shop-É",
            Id = Id,
            Owner = OtherUser,
            GeneralAccess = GeneralAccess.AnyoneWithIdCanRead,
            SharedWith = new HashSet<string> { "é", "HJ5kR8tLmN2pKs7Yd" },
            UrlSigningSecretKey = "secret",
            Schema = schema,
        });
        await RestartAsync();

        var store = Assert.Single(await Stores.ListAsync(Running));
        Assert.Equal((Id, "Shop-É", OtherUser, "secret"), (store.Id, store.Name, store.Owner, store.UrlSigningSecretKey));
        Assert.Equal(GeneralAccess.AnyoneWithIdCanRead, store.GeneralAccess);
        Assert.Equal(["HJ5kR8tLmN2pKs7Yd", "é"], store.SharedWith.Order(StringComparer.Ordinal));
        Assert.Equal(schema.Json, store.Schema?.Json);
    }

    [Fact]
    public async Task Without_an_owner_an_id_or_a_key_it_is_given_them()
    {
        var store = await DeclareAsync(new() { Name = "a" });

        Assert.Equal(Owner, store.Owner);
        Assert.True(StoreId.IsWellFormed(store.Id));
        Assert.Equal(24, store.UrlSigningSecretKey?.Length);
    }

    [Fact]
    public async Task What_is_declared_takes_the_place_of_the_stores_own_and_the_rest_stays()
    {
        var store = await StoreAsync("Shop-É");
        await Writer.UpdateAsync(store, new(Title: "A title", GeneralAccess: GeneralAccess.AnyoneWithNameCanRead), Running);
        await PutAsync(store, "a", [1]);
        var before = await Stores.FindByIdAsync(store.Id, Running);

        var declared = await DeclareAsync(new() { Name = "shop-é", SharedWith = new HashSet<string> { "u" } });
        Assert.Equal(before!.Id, declared.Id);
        Assert.Equal(
            ("Shop-É", "A title", before.UrlSigningSecretKey, before.ModifiedAt, GeneralAccess.FollowUserSetting),
            (declared.Name, declared.Title, declared.UrlSigningSecretKey, declared.ModifiedAt, declared.GeneralAccess));

        var again = await DeclareAsync(new() { Name = "shop-é", Id = Id, UrlSigningSecretKey = "secret" });
        Assert.Equal((Id, "secret", 0), (again.Id, again.UrlSigningSecretKey, again.SharedWith.Count));
        Assert.Equal([1], await ValueAsync(again, "a"));
        Assert.Null(await Stores.FindByIdAsync(before.Id, Running));
    }

    [Fact]
    public async Task Without_a_name_a_store_is_the_one_with_the_id()
    {
        var made = await DeclareAsync(new() { Id = Id });
        Assert.Null(made.Name);
        await Writer.UpdateAsync(made, new(Name: "named"), Running);

        var declared = await DeclareAsync(new() { Id = Id, Owner = OtherUser });

        Assert.Equal((made.Location, "named", OtherUser), (declared.Location, declared.Name, declared.Owner));
        Assert.Single(await Stores.ListAsync(Running));
    }

    [Fact]
    public async Task An_id_that_another_store_has_is_refused_and_nothing_is_changed()
    {
        await DeclareAsync(new() { Name = "a", Id = Id });
        var before = await StoreAsync("b");

        foreach (var name in (string[])["b", "new"])
        {
            var refused = await Assert.ThrowsAsync<StoreIdTakenException>(() => DeclareAsync(new() { Name = name, Id = Id }));
            Assert.Equal(Id, refused.Id);
        }

        Assert.Equal(2, (await Stores.ListAsync(Running)).Count);
        Assert.Equal(before.Id, (await StoreAsync("b")).Id);
    }

    [Fact]
    public async Task An_owner_who_has_another_store_of_the_name_is_refused()
    {
        await DeclareAsync(new() { Name = "a", Id = Id });
        await Writer.GetOrCreateAsync(OtherUser, "A", null, Running);

        await Assert.ThrowsAsync<StoreNameTakenException>(() => DeclareAsync(new() { Id = Id, Owner = OtherUser }));

        Assert.Equal(Owner, (await Stores.FindByIdAsync(Id, Running))?.Owner);
    }

    [Fact]
    public Task Without_a_name_and_an_id_nothing_is_declared() => Assert.ThrowsAsync<ArgumentException>(() => DeclareAsync(new()));

    private async Task<Store> DeclareAsync(StoreDeclaration declaration) => await Writer.DeclareAsync(declaration, Owner, Running);
}

using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class DeclaredStoresTests
{
    private const string OwnId = "ownIdOwnIdOwnId01";
    private const string DeclaredId = "declaredDeclared1";

    [Fact]
    public void A_store_of_which_nothing_is_declared_belongs_to_the_default_owner_and_keeps_what_its_storage_knows()
    {
        var store = new DeclaredStores(People.Jane, []).Describe("here", "folder", "Ěščř", OwnId);

        Assert.Equal(
            ("here", OwnId, "Ěščř", People.Jane, GeneralAccess.FollowUserSetting, null, null),
            (store.Location, store.Id, store.Name, store.Owner, store.GeneralAccess, store.UrlSigningSecretKey, store.Schema));
        Assert.Empty(store.SharedWith);
    }

    [Fact]
    public void Everything_that_is_declared_is_the_store_s()
    {
        var declaration = new StoreDeclaration
        {
            Name = "folder",
            Owner = People.Mallory,
            GeneralAccess = GeneralAccess.AnyoneWithNameCanRead,
            SharedWith = new HashSet<string> { People.Guest.Id },
            UrlSigningSecretKey = "secret",
        };

        var store = new DeclaredStores(People.Jane, [declaration]).Describe("here", "folder", null, OwnId);

        Assert.Equal(
            (OwnId, People.Mallory, GeneralAccess.AnyoneWithNameCanRead, "secret"),
            (store.Id, store.Owner, store.GeneralAccess, store.UrlSigningSecretKey));
        Assert.Equal([People.Guest.Id], store.SharedWith);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("FOLDER")]
    [InlineData("name for people")]
    [InlineData("Name For People")]
    public void An_id_from_a_declaration_by_name_wins_over_the_storage_s_own(string declaredName)
    {
        var stores = new DeclaredStores(People.Jane, [new StoreDeclaration { Name = declaredName, Id = DeclaredId }]);

        Assert.Equal(DeclaredId, stores.Describe("here", "folder", "name for people", OwnId).Id);
    }

    [Fact]
    public void A_declaration_by_id_finds_the_store_with_that_id_compared_exactly()
    {
        var stores = new DeclaredStores(People.Jane, [new StoreDeclaration { Id = OwnId, Owner = People.Mallory }]);

        Assert.Equal(People.Mallory, stores.Describe("here", "folder", null, OwnId).Owner);
        Assert.Equal(People.Jane, stores.Describe("here", "folder", null, OwnId.ToUpperInvariant()).Owner);
    }

    [Fact]
    public void A_declaration_by_id_finds_a_store_whose_id_is_derived()
    {
        var derived = StoreId.Derive(People.Jane.Id, "folder");
        var declaration = new StoreDeclaration { Id = derived, GeneralAccess = GeneralAccess.AnyoneWithIdCanRead };
        var stores = new DeclaredStores(People.Jane, [declaration]);

        var store = stores.Describe("here", "folder", null, id: null);

        Assert.Equal((derived, GeneralAccess.AnyoneWithIdCanRead), (store.Id, store.GeneralAccess));
        Assert.Equal(GeneralAccess.FollowUserSetting, stores.Describe("here", "other", null, id: null).GeneralAccess);
    }

    [Fact]
    public void A_declaration_of_neither_name_nor_id_is_of_no_store()
    {
        var stores = new DeclaredStores(People.Jane, [new StoreDeclaration { Owner = People.Mallory }]);

        Assert.Equal(People.Jane, stores.Describe("here", "folder", null, id: null).Owner);
    }

    [Fact]
    public void The_id_of_a_store_without_one_survives_a_restart_and_depends_on_its_owner()
    {
        var first = new DeclaredStores(People.Jane, []).Describe("here", "ěščř 😀", null, null);
        var moved = new DeclaredStores(People.Jane, []).Describe("elsewhere", "ěščř 😀", "a name now", null);
        var ofAnother = new DeclaredStores(People.Mallory, []).Describe("here", "ěščř 😀", null, null);

        Assert.Equal("K8endDou9qhZ468eF", first.Id);
        Assert.Equal(first.Id, moved.Id);
        Assert.NotEqual(first.Id, ofAnother.Id);
    }

    [Fact]
    public void Declarations_that_found_no_store_are_reported()
    {
        var byFolder = new StoreDeclaration { Name = "Folder" };
        var byName = new StoreDeclaration { Name = "for people" };
        var byId = new StoreDeclaration { Id = OwnId };
        var byWrongName = new StoreDeclaration { Name = "folde" };
        var byWrongId = new StoreDeclaration { Id = DeclaredId };
        var stores = new DeclaredStores(People.Jane, [byFolder, byWrongName, byName, byId, byWrongId]);

        Store[] found =
        [
            stores.Describe(Path.Combine("storage", "folder"), "folder", null, null),
            stores.Describe(Path.Combine("storage", "second"), "second", "For People", null),
            stores.Describe(Path.Combine("storage", "third"), "third", null, OwnId),
        ];

        Assert.Equal([byWrongName, byWrongId], stores.NotAmong(found));
    }

    [Fact]
    public void A_declaration_is_about_the_store_that_lies_under_its_name_and_not_about_a_copy_that_calls_itself_so()
    {
        var stores = new DeclaredStores(People.Jane, [new StoreDeclaration { Name = "shop", Id = "WkzbQMuFYuamGv3YF" }]);

        Assert.Equal("WkzbQMuFYuamGv3YF", stores.Describe("1", "shop", "shop", "own", isLabel: label => label == "shop").Id);
        Assert.Equal("copy", stores.Describe("2", "backup", "shop", "copy", isLabel: label => label == "shop").Id);
    }

    [Fact]
    public void A_derived_id_is_declared_whether_it_was_derived_before_the_owner_was_declared_or_after()
    {
        var before = new DeclaredStores(People.Jane, []).Describe("here", "folder", null, null).Id;
        var after = StoreId.Derive(People.Mallory.Id, "folder");

        foreach (var id in new[] { before, after })
        {
            var declared = new DeclaredStores(People.Jane, [new StoreDeclaration { Id = id, Owner = People.Mallory }]);
            var store = declared.Describe("here", "folder", null, null);
            Assert.Equal((id, People.Mallory), (store.Id, store.Owner));
            Assert.Empty(declared.NotAmong([store]));
        }
    }
}

using KvsRecords.Storage;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class ManagedStorageContract
{
    private static readonly Store Model = new()
    {
        Id = "WkzbQMuFYuamGv3YF",
        Location = "/somewhere/else",
        Name = "Shop-É",
        Title = "A title",
        Owner = Owner,
        GeneralAccess = GeneralAccess.Restricted,
        SharedWith = new HashSet<string> { "Zq3vR8tLmN2pKs7Yd", "é" },
        UrlSigningSecretKey = "secret",
        Schema = Sample.Schema("""{"actorKeyValueStoreSchemaVersion":1,"title":"é","collections":{}}"""),
        CreatedAt = new DateTimeOffset(2020, 2, 29, 0, 0, 0, TimeSpan.Zero),
    };

    [Fact]
    public async Task A_store_is_seen_whole_once_it_is_complete_and_not_before()
    {
        await UseAsync(durable: true);
        await using var import = await BeginAsync();
        var keys = Enumerable.Range(0, 300).Select(Sample.NumberOf).ToList();
        await Task.WhenAll(keys.Select(key => Task.Run(() => PutAsync(import, key, Sample.Random(key[^1] * 400)), Running)));
        await PutAsync(import, keys[0], [1]);

        Assert.Empty(await Stores.ListAsync(Running));
        Assert.Null(await Stores.FindByIdAsync(Model.Id, Running));
        Assert.Null(await Stores.FindByNameAsync(Model.Owner, Model.Name!, Running));
        Assert.True(await import.CompleteAsync(Running));

        await RestartAsync();
        var store = Assert.Single(await Stores.ListAsync(Running));
        Assert.Equal(
            (Model.Id, Model.Name, Model.Title, Model.Owner, Model.GeneralAccess, Model.UrlSigningSecretKey, Model.CreatedAt),
            (store.Id, store.Name, store.Title, store.Owner, store.GeneralAccess, store.UrlSigningSecretKey, store.CreatedAt));
        Assert.Equal(Model.SharedWith.Order(), store.SharedWith.Order());
        Assert.Equal(Model.Schema!.Json, store.Schema?.Json);
        await using var snapshot = await OpenAsync(store);
        var contents = await snapshot.ContentsAsync(Running);
        Assert.Equal(keys, contents.Keys);
        Assert.Equal([1], contents[keys[0]]);
        Assert.All(keys.Skip(1), key => Assert.Equal(Sample.Random(key[^1] * 400), contents[key]));
    }

    [Fact]
    public async Task A_model_without_a_signing_key_is_given_one()
    {
        await UseAsync(durable: true);
        await using var import = await Writer.BeginImportAsync(Model with { UrlSigningSecretKey = null, CreatedAt = null }, Running);
        await import!.CompleteAsync(Running);

        var store = Assert.Single(await Stores.ListAsync(Running));
        Assert.Equal(24, store.UrlSigningSecretKey?.Length);
        Assert.NotNull(store.CreatedAt);
    }

    [Fact]
    public async Task One_that_is_not_completed_leaves_nothing_behind()
    {
        await UseAsync(durable: true);
        var import = await BeginAsync();
        await PutAsync(import, "small", [1]);
        await PutAsync(import, "large", Sample.Random(100_000));

        await import.DisposeAsync();
        await AssertNothingIsLeftAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => PutAsync(import, "late", [1]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => import.CompleteAsync(Running).AsTask());
    }

    [Fact]
    public async Task One_that_was_not_completed_when_the_program_ended_leaves_nothing_behind()
    {
        await UseAsync(durable: true);
        var import = await BeginAsync();
        await PutAsync(import, "small", [1]);
        await PutAsync(import, "large", Sample.Random(100_000));

        await RestartAsync();
        await import.DisposeAsync();

        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task It_is_not_begun_where_a_store_has_the_id_or_the_name()
    {
        await UseAsync(durable: true);
        await Writer.GetOrCreateAsync(Model.Owner, "SHOP-é", null, Running);
        Assert.Null(await Writer.BeginImportAsync(Model, Running));
        await using var import = await Writer.BeginImportAsync(Model with { Name = null }, Running);
        await import!.CompleteAsync(Running);

        Assert.Null(await Writer.BeginImportAsync(Model with { Name = "another" }, Running));
    }

    [Theory]
    [InlineData("WkzbQMuFYuamGv3YF", "another")]
    [InlineData("anotherFYuamGv3YF", "sHOP-É")]
    public async Task Of_two_with_the_same_id_or_name_the_first_to_be_completed_is_there(string id, string name)
    {
        await UseAsync(durable: true);
        await using var late = await BeginAsync();
        await PutAsync(late, "a", Sample.Random(100_000));
        await using (var early = await Writer.BeginImportAsync(Model with { Id = id, Name = name }, Running))
            Assert.True(await early!.CompleteAsync(Running));

        Assert.False(await late.CompleteAsync(Running));

        Assert.Equal(id, Assert.Single(await Stores.ListAsync(Running)).Id);
        Assert.Equal(new(Records: 0, Stores: 1), await SweepAsync());
    }

    [Fact]
    public async Task The_id_of_a_store_that_was_deleted_is_free()
    {
        await UseAsync(durable: true);
        await using (var first = await BeginAsync())
            await first.CompleteAsync(Running);
        var store = await Stores.FindByIdAsync(Model.Id, Running);
        await using var held = await OpenAsync(store!);
        await Writer.DeleteAsync(store!, Running);

        await using var second = await BeginAsync();
        Assert.True(await second.CompleteAsync(Running));
    }

    private async Task<IStoreImport> BeginAsync() => (await Writer.BeginImportAsync(Model, Running))!;

    private static async Task PutAsync(IStoreImport import, string key, byte[] value) =>
        await import.PutAsync(new(new(key)), new MemoryStream(value), Running);

    private async Task AssertNothingIsLeftAsync()
    {
        Assert.Empty(await Stores.ListAsync(Running));
        Assert.Equal(new(Records: 0, Stores: 0), await SweepAsync());
    }
}

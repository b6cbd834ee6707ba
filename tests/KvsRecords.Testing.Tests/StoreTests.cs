using System.Globalization;
using System.IO.Compression;
using System.Text;
using KvsRecords.Stores;

namespace KvsRecords.Testing.Tests;

/// <summary>What a test puts into stores and reads out of them.</summary>
public sealed class StoreTests : IAsyncLifetime
{
    private const string NastyKey = "café (1)/ü~%2F &?#.txt";

    private const string Schema = """
        {
          "actorKeyValueStoreSchemaVersion": 1,
          "title": "Shop",
          "collections": {
            "images": { "title": "Images", "keyPrefix": "image-", "contentTypes": ["image/png"] },
            "products": { "title": "Products", "keyPrefix": "product-" }
          }
        }
        """;

    private KvsRecordsServer _kvs = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _kvs = await CapturedEmulator.StartAsync(
        new KvsRecordsServerOptions { Users = [new TestUser("alice", "tok-alice"), new TestUser("bob", "tok-bob")] }, Cancelled);

    public ValueTask DisposeAsync() => _kvs.DisposeAsync();

    [Fact]
    public async Task A_record_that_was_put_is_served_and_one_that_was_uploaded_can_be_read()
    {
        var store = await _kvs.CreateStoreAsync("shop", cancellationToken: Cancelled);
        await store.PutAsync(NastyKey, "zażółć", cancellationToken: Cancelled);
        await store.PutAsync("bytes", [0, 255, 0], "Application/X-Odd; Q=\"1\"", Cancelled);
        using var client = _kvs.CreateClient();
        using var body = new StringContent("""{"a":1}""", Encoding.UTF8, "application/json");
        using var put = await client.PutAsync(new Uri("/v2/key-value-stores/~shop/records/OUTPUT", UriKind.Relative), body, Cancelled);

        await using var archive = await client.GetStreamAsync(new Uri($"/v2/key-value-stores/{store.Id}/records", UriKind.Relative), Cancelled);
        using var zip = new ZipArchive(archive);
        using (var nasty = new StreamReader(zip.GetEntry(NastyKey)!.Open()))
            Assert.Equal("zażółć", await nasty.ReadToEndAsync(Cancelled));

        Assert.Equal(["OUTPUT", "bytes", NastyKey], await store.ListKeysAsync(cancellationToken: Cancelled));
        Assert.Equal(["bytes"], await store.ListKeysAsync("by", Cancelled));
        var output = await store.GetAsync("OUTPUT", Cancelled);
        Assert.Equal(("OUTPUT", """{"a":1}""", "application/json; charset=utf-8"), (output!.Key, output.Text, output.ContentType));
        var bytes = await store.GetAsync("bytes", Cancelled);
        Assert.Equal([0, 255, 0], bytes!.Value);
        Assert.Equal("Application/X-Odd; Q=\"1\"", bytes.ContentType);
        Assert.Null(await store.GetAsync("nothing", Cancelled));
    }

    [Fact]
    public async Task A_value_without_a_content_type_has_the_one_that_it_looks_like()
    {
        var store = await _kvs.CreateStoreAsync(cancellationToken: Cancelled);
        await store.PutAsync("OUTPUT", "[1]", cancellationToken: Cancelled);
        await store.PutAsync("page.html", "", cancellationToken: Cancelled);

        Assert.Equal("application/json; charset=utf-8", (await store.GetAsync("OUTPUT", Cancelled))!.ContentType);
        Assert.Equal("text/html; charset=utf-8", (await store.GetAsync("page.html", Cancelled))!.ContentType);
    }

    [Fact]
    public async Task A_store_is_found_by_id_by_owner_and_name_and_by_name()
    {
        var store = await _kvs.CreateStoreAsync("shop", cancellationToken: Cancelled);
        var bobs = await _kvs.CreateStoreAsync("bobs", new StoreSettings { Owner = "bob" }, Cancelled);
        var unnamed = await _kvs.CreateStoreAsync(cancellationToken: Cancelled);

        Assert.Equal(store.Id, (await _kvs.FindStoreAsync(store.Id, Cancelled))?.Id);
        Assert.Equal(store.Id, (await _kvs.FindStoreAsync("alice~SHOP", Cancelled))?.Id);
        Assert.Equal(store.Id, (await _kvs.FindStoreAsync("shop", Cancelled))?.Id);
        Assert.Equal(("bobs", "bob"), ((await _kvs.FindStoreAsync("bob~bobs", Cancelled))?.Name, bobs.Owner));
        Assert.Null(await _kvs.FindStoreAsync("bobs", Cancelled));
        Assert.Null(unnamed.Name);
        Assert.Equal([store.Id, bobs.Id, unnamed.Id], (await _kvs.ListStoresAsync(Cancelled)).Select(found => found.Id));
    }

    [Fact]
    public async Task Access_and_schema_hold_over_HTTP()
    {
        const string Id = "Sh0pStore00000001";
        await _kvs.CreateStoreAsync("open", new StoreSettings { Id = Id, GeneralAccess = GeneralAccess.AnyoneWithIdCanRead, Schema = Schema }, Cancelled);
        var shared = await _kvs.CreateStoreAsync("shared", new StoreSettings { SharedWith = ["bob"] }, Cancelled);
        var named = await _kvs.CreateStoreAsync("named", new StoreSettings { GeneralAccess = GeneralAccess.AnyoneWithNameCanRead }, Cancelled);
        var secret = await _kvs.CreateStoreAsync("secret", cancellationToken: Cancelled);
        using var anonymous = new HttpClient { BaseAddress = _kvs.BaseAddress };
        using var bob = _kvs.CreateClient("bob");
        using var alice = _kvs.CreateClient();

        Assert.Equal(200, await Http.StatusAsync(anonymous, $"/v2/key-value-stores/{Id}/records?collection=images"));
        Assert.NotEqual(200, await Http.StatusAsync(anonymous, "/v2/key-value-stores/alice~open/records"));
        Assert.Equal(200, await Http.StatusAsync(anonymous, $"/v2/key-value-stores/alice~{named.Name}/records"));
        Assert.Equal(200, await Http.StatusAsync(bob, $"/v2/key-value-stores/{shared.Id}"));
        Assert.Equal(403, await Http.StatusAsync(bob, $"/v2/key-value-stores/{secret.Id}"));
        using var wrong = new StringContent("x", Encoding.UTF8, "text/plain");
        using var refused = await alice.PutAsync(new Uri($"/v2/key-value-stores/{Id}/records/image-1", UriKind.Relative), wrong, Cancelled);
        Assert.Equal(400, (int)refused.StatusCode);
    }

    [Fact]
    public async Task Settings_are_made_true_of_a_store_that_is_there_and_its_records_stay()
    {
        var before = await _kvs.CreateStoreAsync("shop", new StoreSettings { Schema = Schema }, Cancelled);
        await before.PutAsync("image-1", "x", "image/png", Cancelled);

        var after = await _kvs.CreateStoreAsync("SHOP", new StoreSettings { GeneralAccess = GeneralAccess.AnyoneWithIdCanRead }, Cancelled);

        using var anonymous = new HttpClient { BaseAddress = _kvs.BaseAddress };
        Assert.Equal(before.Id, after.Id);
        Assert.Equal(["image-1"], await after.ListKeysAsync(cancellationToken: Cancelled));
        Assert.Equal(200, await Http.StatusAsync(anonymous, $"/v2/key-value-stores/{before.Id}/records?collection=images"));
    }

    [Fact]
    public async Task What_cannot_be_fulfilled_is_refused_with_what_is_allowed()
    {
        await _kvs.CreateStoreAsync("shop", new StoreSettings { Id = "Sh0pStore00000001" }, Cancelled);

        Assert.Contains("1 to 63 letters", await RefusalAsync("no name!", new StoreSettings()), StringComparison.Ordinal);
        Assert.Contains("17 letters", await RefusalAsync(null, new StoreSettings { Id = "short" }), StringComparison.Ordinal);
        Assert.Contains("alice, bob", await RefusalAsync(null, new StoreSettings { Owner = "eve" }), StringComparison.Ordinal);
        Assert.Contains("alice, bob", await RefusalAsync(null, new StoreSettings { SharedWith = ["eve"] }), StringComparison.Ordinal);
        Assert.Contains("no JSON", await RefusalAsync(null, new StoreSettings { Schema = "{" }), StringComparison.Ordinal);
        Assert.Contains("collections", await RefusalAsync(null, new StoreSettings { Schema = "{}" }), StringComparison.Ordinal);
        Assert.NotEmpty(await RefusalAsync(null, new StoreSettings { UrlSigningSecretKey = "" }));
        Assert.Contains("Sh0pStore00000001", await RefusalAsync("other", new StoreSettings { Id = "Sh0pStore00000001" }), StringComparison.Ordinal);
        var store = await _kvs.CreateStoreAsync("odd", cancellationToken: Cancelled);
        await Assert.ThrowsAsync<ArgumentException>(() => store.PutAsync("../up", "x", cancellationToken: Cancelled));
    }

    [Fact]
    public async Task Folders_and_archives_are_loaded_where_they_are_not_there_yet()
    {
        using var folder = new TempFolder();
        folder.Write("storage/key_value_stores/from-folder/OUTPUT.json", "{}");
        var archive = Path.Join(folder.Path, "from-zip.zip");
        await ZipFile.CreateFromDirectoryAsync(Path.Join(folder.Path, "storage", "key_value_stores", "from-folder"), archive, Cancelled);

        var ofFolder = await _kvs.LoadAsync(Path.Join(folder.Path, "storage"), Cancelled);
        var ofArchive = await _kvs.LoadAsync(archive, Cancelled);

        Assert.Equal(["OUTPUT"], await Assert.Single(ofFolder).ListKeysAsync(cancellationToken: Cancelled));
        Assert.Equal(["OUTPUT.json"], await Assert.Single(ofArchive).ListKeysAsync(cancellationToken: Cancelled));
        Assert.Equal(["from-folder", "from-zip"], (await _kvs.ListStoresAsync(Cancelled)).Select(store => store.Name));
        Assert.Empty(await _kvs.LoadAsync(archive, Cancelled));
        await Assert.ThrowsAsync<IOException>(() => _kvs.LoadAsync(Path.Join(folder.Path, "missing.zip"), Cancelled));
    }

    [Fact]
    public async Task A_store_that_is_gone_says_so_to_its_writers()
    {
        var store = await _kvs.CreateStoreAsync("shop", cancellationToken: Cancelled);
        await _kvs.ResetAsync(Cancelled);

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.PutAsync("key", "value", cancellationToken: Cancelled));
        Assert.Null(await store.GetAsync("key", Cancelled));
        Assert.Empty(await store.ListKeysAsync(cancellationToken: Cancelled));
    }

    [Fact]
    public async Task Keys_are_in_the_order_of_an_archive()
    {
        var store = await _kvs.CreateStoreAsync(cancellationToken: Cancelled);
        foreach (var i in Enumerable.Range(0, 300).Reverse())
            await store.PutAsync(i.ToString("000", CultureInfo.InvariantCulture), "x", cancellationToken: Cancelled);
        await store.PutAsync("\U0001F600", "x", cancellationToken: Cancelled);
        await store.PutAsync("\uFB01", "x", cancellationToken: Cancelled);

        var keys = await store.ListKeysAsync(cancellationToken: Cancelled);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => i.ToString("000", CultureInfo.InvariantCulture)), keys.Take(300));
        Assert.Equal(["\uFB01", "\U0001F600"], keys.Skip(300));
    }

    private async Task<string> RefusalAsync(string? name, StoreSettings settings) =>
        (await Assert.ThrowsAsync<ArgumentException>(() => _kvs.CreateStoreAsync(name, settings, Cancelled))).Message;
}

using System.IO.Compression;
using System.Text;
using KvsRecords.Server.Settings;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>Stores that are loaded at the start, from crawlers' folders in either layout and from archives.</summary>
public sealed class SeedTests : IDisposable
{
    private static readonly DateTimeOffset Time = new(2025, 6, 1, 12, 30, 45, 678, TimeSpan.Zero);

    private readonly StorageFolder _folder = new();

    private string Data => Path.Join(_folder.Path, "data");

    [Fact]
    public async Task The_sample_folders_stores_are_served_as_they_are_from_the_folder()
    {
        var sample = Path.Join(Repository.Root, "docs", "sample", "storage");
        var configuration = await File.ReadAllTextAsync(Path.Join(Repository.Root, "docs", "sample", "kvs-records.json"), TestContext.Current.CancellationToken);
        await using var own = await RunningServer.StartOwnAsync(configuration, flags: [(Setting.Seed, sample)]);
        await using var live = await RunningServer.StartOwnAsync(configuration, flags: [(Setting.Storage, sample)]);

        foreach (var path in new[] { "alice~default/records", "Sh0pStore00000001/records", "alice~shop/records?collection=images" })
        {
            var expected = await live.DownloadAsync($"/v2/key-value-stores/{path}", "tok-alice");
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await own.DownloadAsync($"/v2/key-value-stores/{path}", "tok-alice"));
        }
    }

    [Fact]
    public async Task Keys_bytes_content_types_and_times_are_those_of_the_files_in_both_layouts()
    {
        Touch(_folder.Add("v3", "page.html", "<p>"u8));
        Touch(_folder.Add("v3", "note", "n"u8));
        Touch(_folder.Add("v4", "caf%C3%A9.txt", "é"u8));
        _folder.Add("v4", "caf%C3%A9.txt.__metadata__.json", """{ "key": "café.txt", "contentType": "text/x-menu", "size": 2 }"""u8);
        Touch(_folder.Add("v4", "raw", [1, 2]));
        _folder.Add("v4", "raw.__metadata__.json", """{ "key": "raw", "content_type": "image/x-raw", "size": 2 }"""u8);

        await using var own = await OwnStores.OpenAsync(null, (Setting.Data, Data), (Setting.Seed, _folder.Path));

        Assert.Equal(
            [new("note", "6E", "text/plain", Time), new("page", "3C703E", "text/html; charset=utf-8", Time)],
            await own.Stores.RecordsAsync("v3"));
        Assert.Equal([new("café.txt", "C3A9", "text/x-menu", Time), new("raw", "0102", "image/x-raw", Time)], await own.Stores.RecordsAsync("v4"));
    }

    [Fact]
    public async Task A_store_has_the_id_and_the_name_by_which_its_folder_is_served()
    {
        const string Uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        _folder.Add("plain", "a.txt", "a"u8);
        _folder.Add("folder", "__metadata__.json", """{ "id": "OwnId000000000001", "name": "called-so" }"""u8);
        _folder.Add(Uuid, "a.txt", "a"u8);
        await using var own = await OwnStores.OpenAsync(null, (Setting.Data, Data), (Setting.Seed, _folder.Path));

        var stores = await own.Stores.ListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            new (string, string?)[] { (Uuid, null), ("OwnId000000000001", "called-so"), (StoreId.Derive("KvsRecordsDevUser", "plain"), "plain") }.Order(),
            stores.Select(store => (store.Id, store.Name)).Order());
        Assert.All(stores, store => Assert.NotNull(store.UrlSigningSecretKey));
    }

    [Fact]
    public async Task A_store_that_is_there_stays_as_it_is_and_that_is_said()
    {
        var file = _folder.Add("one", "a.txt", "first"u8);
        await using (await OwnStores.OpenAsync(null, (Setting.Data, Data), (Setting.Seed, _folder.Path)))
        {
        }

        await File.WriteAllTextAsync(file, "second", TestContext.Current.CancellationToken);
        _folder.Add("two", "b.txt", "b"u8);
        await using var server = await ServerProcess.StartAsync(["--data", Data, "--seed", _folder.Path, "--port", "0"]);

        Assert.Contains("The store dev~one is there already, and stays as it is", server.Log, StringComparison.Ordinal);
        Assert.Contains("Loaded the store dev~two: 1 record, 1 B in ", server.Log, StringComparison.Ordinal);
        Assert.Equal("first", await ReadAsync(server, "one", "a"));
        Assert.Equal("b", await ReadAsync(server, "two", "b"));
    }

    [Fact]
    public async Task An_archive_gives_keys_bytes_times_to_two_seconds_and_guessed_content_types()
    {
        var archive = Archive("my.shop.zip", ("a/b.json", "{}"u8.ToArray()), ("no extension", [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D]), ("příliš 🐎", "text"u8.ToArray()), ("empty", []));
        await using var own = await OwnStores.OpenAsync(null, (Setting.Data, Data), (Setting.Seed, archive));

        var time = Time.AddTicks(-(Time.Ticks % (2 * TimeSpan.TicksPerSecond)));
        Assert.Equal(
            [
                new("a/b.json", "7B7D", "application/json; charset=utf-8", time),
                new("empty", "", "application/octet-stream", time),
                new("no extension", "89504E470D", "image/png", time),
                new("příliš 🐎", "74657874", "text/plain; charset=utf-8", time),
            ],
            await own.Stores.RecordsAsync("my.shop"));
    }

    [Fact]
    public async Task What_is_declared_of_a_store_holds_for_an_archive_too()
    {
        var archive = Archive("my-store.zip", ("image-1", [1]));
        await using var own = await OwnStores.OpenAsync(Configurations.Shop(), (Setting.Ephemeral, "true"), (Setting.Seed, archive));

        var store = await own.Stores.FindByIdAsync(Configurations.StoreId, TestContext.Current.CancellationToken);

        Assert.Equal("alice~my-store", $"{store}");
        Assert.Single(await own.Stores.RecordsAsync(store!));
    }

    [Fact]
    public async Task Names_that_cannot_be_keys_are_left_out_and_logged_with_the_reason()
    {
        _folder.Add("odd", "good.txt", "g"u8);
        _folder.Add("odd", @"back\slash.txt", "b"u8);
        _folder.Add("encoded", "%zz", "z"u8);
        _folder.Add("encoded", "%zz.__metadata__.json", """{ "key": "../z" }"""u8);
        _folder.Add("encoded", "a.x1.tmp", "half"u8);
        _folder.Add("encoded", "photo.__metadata__.json", """{ "key": "photo" }"""u8);
        var archive = Archive("odd-archive.zip", ("good", []), ("../evil", []), ("/root", []), ("C:drive", []), ("dir/", []), ("twice", [1]), ("twice", [2]));
        await using var server = await ServerProcess.StartAsync(["--ephemeral", "--seed", _folder.Path, "--seed", archive, "--port", "0"]);

        var log = server.Log;
        Assert.Matches(@"back\\slash\.txt is left out: it would not be safe to unpack: its key has a backslash", log);
        Assert.Matches(@"%zz is left out: it would not be safe to unpack: its key has an empty, '.' or '..' segment", log);
        Assert.Contains(
            "3 files of dev~encoded are no records: 1 temporary, 1 sidecar without its value (photo.__metadata__.json), 1 with a key that no archive may hold (%zz)",
            log, StringComparison.Ordinal);
        Assert.Matches(@"odd-archive\.zip: '\.\./evil' is left out: it cannot be a key", log);
        Assert.Matches(@"odd-archive\.zip: '/root' is left out", log);
        Assert.Matches(@"odd-archive\.zip: 'C:drive' is left out", log);
        Assert.Matches(@"odd-archive\.zip: an earlier 'twice' is left out", log);
        Assert.DoesNotContain("dir/", log, StringComparison.Ordinal);
        Assert.True(log.LastIndexOf("Loaded the store", StringComparison.Ordinal) < log.IndexOf("is left out", StringComparison.Ordinal));
        Assert.Equal(["good", "twice"], (await KeysAsync(server, "odd-archive")).Order(StringComparer.Ordinal));
        Assert.Equal(["good"], await KeysAsync(server, "odd"));
    }

    public void Dispose() => _folder.Dispose();

    private static void Touch(string file) => File.SetLastWriteTimeUtc(file, Time.UtcDateTime);

    private string Archive(string name, params (string Name, byte[] Content)[] files)
    {
        var path = Path.Join(_folder.Path, name);
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create, leaveOpen: false, Encoding.UTF8);
        foreach (var (file, content) in files)
        {
            var entry = zip.CreateEntry(file);
            entry.LastWriteTime = Time;
            using var body = entry.Open();
            body.Write(content);
        }

        return path;
    }

    private static async Task<Dictionary<string, byte[]>> DownloadAsync(ServerProcess server, string store)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(
            new Uri(server.Address, $"/v2/key-value-stores/dev~{store}/records?token={RunningServer.DevelopmentToken}"), TestContext.Current.CancellationToken);
        return await RunningServer.ReadArchiveAsync(response);
    }

    private static async Task<string> ReadAsync(ServerProcess server, string store, string key) =>
        Encoding.UTF8.GetString((await DownloadAsync(server, store))[key]);

    private static async Task<IEnumerable<string>> KeysAsync(ServerProcess server, string store) => (await DownloadAsync(server, store)).Keys;
}

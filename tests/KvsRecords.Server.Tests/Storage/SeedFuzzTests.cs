using System.IO.Compression;
using CsCheck;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;
using KvsRecords.Server.Storage.Seeding;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>Seeds that are damaged, or odd: loaded as a whole, or refused with a reason and nothing of them there.</summary>
public sealed class SeedFuzzTests
{
    private const string Metadata = """{"id":"WkzbQMuFYuamGv3YF","name":"named","userId":"1","createdAt":"2026-01-31T12:00:00.000Z","accessed_at":"2025-01-01 12:00:00.123456+00:00","modifiedAt":null}""";
    private const string Sidecar = """{"key":"a","contentType":"text/plain; charset=utf-8","content_type":"image/png","size":5,"extension":"txt"}""";

    private static readonly string[] Names =
    [
        "a", "a.json", "a.txt", "a.__metadata__.json", "a%2Fb", "a%zz", "%", "%00", "%C3", "INPUT.json", ".", "..", "x", " ", "\n", "\u0001", "\u00E9", "e\u0301", "\U0001F40E", "\\",
        "c:", "~", "__metadata__.json", ".tmp.x", "__CRAWLEE_TEMPORARY", new string('n', 200), "%25", "+", "*?", "'(1)",
    ];

    private static readonly Gen<(string Name, byte[] Content)> AnyFile = Gen.Select(
        Gen.OneOf(Mutation.OneOf(Names), Gen.Select(Mutation.OneOf(Names), Mutation.OneOf(Names)).Select((one, other) => one + other)),
        Gen.OneOf(Mutation.Tokens([Metadata, Sidecar]).Select(Mutation.Utf8), Gen.Byte.Array[0, 20])).Select((name, content) => (name, content));

    [Fact]
    public async Task An_archive_that_is_damaged_is_loaded_as_a_whole_or_not_at_all()
    {
        using var folder = new StorageFolder();
        await using var own = await OwnStores.OpenAsync(null, (Setting.Ephemeral, "true"));
        var number = 0;

        await Fuzz.RunAsync(
            "seeds that are archives: bytes changed, cut, repeated",
            Mutation.Bytes(Archive(CompressionLevel.Fastest, "a", "b/c", "\u00E9"), Archive(CompressionLevel.NoCompression, "a", "a", "..", "x\u0001"), []),
            bytes => bytes,
            async bytes =>
            {
                var name = $"s{Interlocked.Increment(ref number)}";
                var path = Path.Join(folder.Path, $"{name}.zip");
                await File.WriteAllBytesAsync(path, bytes);
                await LoadAsync(own, path, store => store.Name == name);
            },
            weight: 10);
    }

    [Fact]
    public async Task A_folder_with_odd_names_and_metadata_is_loaded_as_a_whole_or_not_at_all()
    {
        await using var own = await OwnStores.OpenAsync(null, (Setting.Ephemeral, "true"));

        await Fuzz.RunAsync(
            "seeds that are folders: names, metadata, sidecars",
            Gen.Select(Mutation.OneOf(Names), AnyFile.Array[0, 6]),
            Bytes,
            async given =>
            {
                using var folder = new StorageFolder();
                if (TryWrite(folder, given.Item1, given.Item2))
                    await LoadAsync(own, folder.Path, _ => true);
            },
            weight: 10,
            threads: 1);
    }

    [Fact]
    public async Task A_live_folder_with_odd_names_and_metadata_is_served_and_all_ways_to_it_agree()
    {
        using var folder = new StorageFolder();
        Directory.CreateDirectory(Path.Join(folder.Path, "key_value_stores"));
        await using var server = await RunningServer.StartAsync(folder);

        await Fuzz.RunAsync(
            "live folders: names, metadata, sidecars, over HTTP",
            Gen.Select(Mutation.OneOf(Names), AnyFile.Array[0, 6]),
            Bytes,
            async given =>
            {
                if (TryWrite(folder, given.Item1, given.Item2))
                    await AgreeAsync(server);
                foreach (var store in Directory.EnumerateDirectories(Path.Join(folder.Path, "key_value_stores")))
                    Directory.Delete(store, recursive: true);
            },
            weight: 20,
            threads: 1);
    }

    private static byte[] Bytes((string Store, (string Name, byte[] Content)[] Files) given) =>
        Mutation.Utf8(string.Join(' ', given.Files.Select(file => $"{given.Store}/{file.Name}={Convert.ToHexString(file.Content)}").Prepend(given.Store)));

    private static bool TryWrite(StorageFolder folder, string store, (string Name, byte[] Content)[] files)
    {
        if (store is "." or "..")
            return false;

        Directory.CreateDirectory(Path.Join(folder.Path, "key_value_stores", store));
        foreach (var (name, content) in files)
        {
            try
            {
                folder.Add(store, name, content);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The file system has no such name.
            }
        }

        return true;
    }

    private static async Task AgreeAsync(RunningServer server)
    {
        using var listed = await server.GetAsync("/_emulator/stores");
        using var stores = System.Text.Json.JsonDocument.Parse(await listed.Content.ReadAsStringAsync());
        foreach (var store in stores.RootElement.GetProperty("data").GetProperty("items").EnumerateArray())
        {
            var url = $"/v2/key-value-stores/{Uri.EscapeDataString(store.GetProperty("id").GetString()!)}";
            using var keys = await server.GetAsync($"{url}/keys");
            Assert.Equal(200, (int)keys.StatusCode);
            using var page = System.Text.Json.JsonDocument.Parse(await keys.Content.ReadAsStringAsync());
            var archive = await server.DownloadAsync($"{url}/records");
            var items = page.RootElement.GetProperty("data").GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetString()!).ToList();

            Assert.Equal(items, archive.Keys);
            foreach (var key in items)
            {
                using var record = await server.GetAsync($"{url}/records/{Uri.EscapeDataString(key)}");
                Assert.Equal(200, (int)record.StatusCode);
                Assert.Equal(archive[key], await record.Content.ReadAsByteArrayAsync());
            }
        }
    }

    private static async Task LoadAsync(OwnStorage own, string path, Func<Store, bool> isOfIt)
    {
        var seeder = new Seeder(own.Stores, new DeclaredStores(new User("KvsRecordsDevUser", "dev"), []));
        try
        {
            foreach (var store in await seeder.LoadAsync([path], CancellationToken.None))
                Assert.Contains(await own.Stores.ListAsync(CancellationToken.None), one => one.Id == store.Id);
        }
        catch (IOException e)
        {
            Assert.NotEqual("", e.Message);
        }

        foreach (var store in (await own.Stores.ListAsync(CancellationToken.None)).Where(isOfIt))
            await own.Stores.DeleteAsync(store, CancellationToken.None);
        if (File.Exists(path))
            File.Delete(path);
    }

    private static byte[] Archive(CompressionLevel level, params string[] names)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in names)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(Mutation.Utf8(string.Concat(Enumerable.Repeat($"The value of {name}.\n", 10))));
            }
        }

        return bytes.ToArray();
    }
}

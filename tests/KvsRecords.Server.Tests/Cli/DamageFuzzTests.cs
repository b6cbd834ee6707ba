using System.IO.Pipelines;
using CsCheck;
using KvsRecords.Archive;
using KvsRecords.ArchiveReaders;
using KvsRecords.Server.Cli;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Seeding;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>A folder of stores in which bytes have changed: each command says what is wrong, and a server answers or breaks off.</summary>
public sealed class DamageFuzzTests : IAsyncLifetime
{
    private readonly StorageFolder _folder = StorageFolder.WithNastyStore();

    // Where it is, and what happens there; both as parts of one, so that they do not depend on the files.
    private static readonly Gen<Change> AnyChange =
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, 4], Gen.Int[1, 600], Gen.Byte).Select((file, place, kind, length, value) => new Change(file, place, kind, length, value));

    private string Whole => Path.Join(_folder.Path, "data");

    public async ValueTask InitializeAsync()
    {
        var noise = RandomBytes.Of(100_000);
        _folder.Add("big", "large.bin", noise);
        for (var i = 0; i < 150; i++)
            _folder.Add("many", $"{i}.json", "{}"u8);
        await using var own = await OwnStores.OpenAsync(Configurations.Shop(), (Setting.Data, Whole), (Setting.Seed, _folder.Path));
    }

    [Fact]
    public Task Whatever_is_damaged_verify_and_export_end_as_they_should() => Fuzz.RunAsync(
        "folders of `--data`, damaged: `verify`, `export`",
        AnyChange.Array[1, 3],
        changes => Mutation.Utf8(string.Join(' ', changes.AsEnumerable())),
        async changes =>
        {
            using var damaged = Damaged(changes);
            var options = RunningServer.ReadOptions(damaged, flags: (Setting.Data, damaged.Path));
            await EndsAsync(() => VerifyAsync(options));
            await EndsAsync(() => ExportAsync(options));
        },
        weight: 40,
        threads: 2);

    [Fact]
    public Task Whatever_is_damaged_a_server_refuses_to_start_or_answers_or_breaks_off() => Fuzz.RunAsync(
        "folders of `--data`, damaged: served, written to",
        AnyChange.Array[1, 3],
        changes => Mutation.Utf8(string.Join(' ', changes.AsEnumerable())),
        async changes =>
        {
            using var damaged = Damaged(changes);
            await EndsAsync(() => ServeAsync(damaged.Path));
        },
        weight: 100,
        threads: 2);

    [Fact]
    public Task Whatever_a_stranger_has_written_no_archive_holds_it_unless_verify_finds_nothing() => Fuzz.RunAsync(
        "folders of `--data` with rows that another program wrote: `verify`, download",
        Hostile.Statements,
        statements => Mutation.Utf8(string.Join("; ", statements)),
        async statements =>
        {
            using var folder = Damaged([]);
            Hostile.Change(folder.Path, statements);
            var options = RunningServer.ReadOptions(folder, flags: (Setting.Data, folder.Path));
            await EndsAsync(() => ArchivesAreSafeAsync(options));
            await EndsAsync(() => VerifyAsync(options));
            await EndsAsync(() => ServeAsync(folder.Path));
        },
        weight: 100,
        threads: 2);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private StorageFolder Damaged(Change[] changes)
    {
        var damaged = new StorageFolder();
        foreach (var file in Directory.EnumerateFiles(Whole, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Join(damaged.Path, Path.GetRelativePath(Whole, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        foreach (var change in changes)
            change.ApplyTo(damaged.Path);
        return damaged;
    }

    // What a command may end with, as a person hears of it.
    private static async Task EndsAsync(Func<Task> command)
    {
        try
        {
            await command();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Assert.NotEqual("", e.Message);
        }
    }

    private static async Task VerifyAsync(ServerOptions options)
    {
        await using var own = StoresOnDisk.OpenOwn(options);
        await foreach (var damage in own.Stores.VerifyAsync(progress: null, TestContext.Current.CancellationToken))
            Assert.NotEqual("", damage.Reason);
    }

    private static async Task ExportAsync(ServerOptions options)
    {
        await using var stores = StoresOnDisk.Open(options, new LeftOut());
        foreach (var store in await stores.Reader.ListAsync(TestContext.Current.CancellationToken))
        {
            await EndsAsync(() => ArchiveAsync((ICompressedStoreReader)stores.Reader, store));
            await EndsAsync(() => ReadAsync(stores.Reader, store));
        }
    }

    private static Task ArchiveAsync(ICompressedStoreReader stores, Store store) => ArchiveAsync(stores, store, Stream.Null);

    private static async Task ArchiveAsync(ICompressedStoreReader stores, Store store, Stream output)
    {
        await using var snapshot = await stores.OpenCompressedSnapshotAsync(store, RecordFilter.Everything, TestContext.Current.CancellationToken);
        var writer = PipeWriter.Create(output);
        var archive = await SplicedArchive.LayOutAsync(snapshot!, TestContext.Current.CancellationToken);
        await archive.WriteAsync(writer, from: 0, TestContext.Current.CancellationToken);
        await writer.CompleteAsync();
    }

    // An archive that comes to its end can be read to its end, and unpacked without harm.
    private static async Task ArchivesAreSafeAsync(ServerOptions options)
    {
        await using var stores = StoresOnDisk.Open(options, new LeftOut());
        foreach (var store in await stores.Reader.ListAsync(TestContext.Current.CancellationToken))
        {
            using var archive = new MemoryStream();
            try
            {
                await ArchiveAsync((ICompressedStoreReader)stores.Reader, store, archive);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                continue;
            }

            foreach (var member in ZipLayout.Read(archive.ToArray()).Members)
                Assert.Null(new RecordKey(member.Name).WhyUnsafeToUnpack());
        }
    }

    private static async Task ReadAsync(IStoreReader stores, Store store)
    {
        await using var snapshot = await stores.OpenSnapshotAsync(store, RecordFilter.Everything, TestContext.Current.CancellationToken);
        await foreach (var key in snapshot.ReadKeysAsync(TestContext.Current.CancellationToken))
        {
            if (await snapshot.OpenAsync(key, TestContext.Current.CancellationToken) is not { } content)
                continue;
            await using var body = new RecordStream(content);
            await body.CopyToAsync(Stream.Null);
        }
    }

    private static async Task ServeAsync(string folder)
    {
        await using var server = await RunningServer.StartOwnAsync(flags: (Setting.Data, folder));
        foreach (var path in (string[])["/v2/key-value-stores", "/v2/key-value-stores/~many/keys", "/v2/key-value-stores/~many/records", "/v2/key-value-stores/~big/records/large", "/v2/key-value-stores/~big/records?prefix=l", "/_emulator/stores"])
            await AnsweredAsync(() => server.GetAsync(path));
        using var body = new StringContent("new");
        await AnsweredAsync(() => server.Client.PutAsync($"/v2/key-value-stores/~many/records/new?token={RunningServer.DevelopmentToken}", body));
    }

    private static async Task AnsweredAsync(Func<Task<HttpResponseMessage>> ask)
    {
        try
        {
            using var response = await ask();
            var text = await response.Content.ReadAsStringAsync();
            if ((int)response.StatusCode >= 400)
                Assert.StartsWith("{\"error\":{\"type\":", text, StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            // It was broken off, as it should be.
        }
    }

    private sealed record Change(double File, double Place, int Kind, int Length, byte Value)
    {
        public void ApplyTo(string folder)
        {
            var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
            if (files.Count == 0)
                return;

            // The database is where nearly everything is.
            var path = File < 0.5 ? files.MaxBy(file => Path.GetExtension(file) == ".db" ? 1 : 0)! : files[(int)((File * 2 - 1) * (files.Count - 1))];
            var bytes = System.IO.File.ReadAllBytes(path);
            var place = (int)(Place * bytes.Length);
            var length = Math.Min(Length, bytes.Length - place);
            switch (Kind)
            {
                case 0 when length > 0:
                    bytes[place] ^= (byte)(1 << (Value & 7));
                    break;
                case 1:
                    bytes.AsSpan(place, length).Fill(Value);
                    break;
                case 2:
                    bytes = [.. bytes[..place], .. bytes[(place + length)..]];
                    break;
                case 3 when length > 3:
                    new Random(Value).NextBytes(bytes.AsSpan(place, 4));
                    break;
                default:
                    bytes = Value % 4 == 0 ? [] : bytes[..place];
                    break;
            }

            System.IO.File.WriteAllBytes(path, bytes);
        }
    }
}

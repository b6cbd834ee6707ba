using System.Diagnostics;
using System.IO.Compression;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>Archives as other programs and systems make them, loaded at the start.</summary>
public sealed class SeedArchiveTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    private string Storage => Directory.CreateDirectory(Path.Join(_folder.Path, "storage")).FullName;

    private string Archive => Path.Join(_folder.Path, "my-store.zip");

    [Theory]
    [InlineData("zip", "-qr", "{archive}", "storage")]
    [InlineData("zip", "-qr", "{archive}", "storage/key_value_stores")]
    [InlineData("7z", "a", "-bd", "{archive}", "storage")]
    [InlineData("bsdtar", "--format", "zip", "-cf", "{archive}", "-C", "storage", ".")]
    [InlineData("bsdtar", "--format", "zip", "-cf", "{archive}", "-C", "storage/key_value_stores", ".")]
    [InlineData("jar", "-cMf", "{archive}", "storage")]
    [InlineData("python3", "-m", "zipfile", "-c", "{archive}", "storage")]
    [InlineData("python3", "make_zip.py", "compress-archive", "{storage}", "{archive}")]
    [InlineData("python3", "make_zip.py", "ditto", "{storage}", "{archive}")]
    public async Task A_whole_storage_folder_gives_what_the_folder_itself_gives(string program, params string[] arguments)
    {
        FillStorage();
        await MakeAsync(program, arguments);

        await using var folder = await OwnStores.OpenAsync(null, (Setting.Ephemeral, "true"), (Setting.Seed, Storage));
        await using var archive = await OwnStores.OpenAsync(null, (Setting.Ephemeral, "true"), (Setting.Seed, Archive));

        var expected = await folder.Stores.ListAsync(TestContext.Current.CancellationToken);
        var stores = await archive.Stores.ListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, stores.Count);
        Assert.Equal(expected.Select(store => (store.Id, store.Name)).Order(), stores.Select(store => (store.Id, store.Name)).Order());
        foreach (var store in expected)
        {
            var (records, again) = (await folder.Stores.RecordsAsync(store), await archive.Stores.RecordsAsync(stores.Single(one => one.Id == store.Id)));
            Assert.NotEmpty(records);
            Assert.Equal(records.Select(WithoutTime), again.Select(WithoutTime));
            Assert.All(records.Zip(again), pair => Assert.Equal(pair.First.Modified, pair.Second.Modified, TimeSpan.FromSeconds(2)));
        }

        static (string, string, string?) WithoutTime(StoredRecord record) => (record.Key, record.Value, record.ContentType);
    }

    [Fact]
    public async Task What_macOS_and_Windows_add_is_left_out_and_counted()
    {
        AddEntries(
            ("a.txt", 0), ("__MACOSX/", 0), ("__MACOSX/._a.txt", 0), ("._b", 0), (".DS_Store", 0), ("dir/.DS_Store", 0), ("Thumbs.db", 0), ("dir/desktop.ini", 0),
            ("dir/b.txt", 0), ("link", 0xA1FF << 16), ("pipe", 0x11FF << 16), ("file", 0x81FF << 16), ("../up", 0), ("gone\uFFFD", 0));
        await using var server = await ServerProcess.StartAsync(["--ephemeral", "--seed", Archive, "--port", "0"]);

        Assert.Contains("Loaded the store dev~my-store: 3 records, ", server.Log, StringComparison.Ordinal);
        Assert.Contains(
            $"10 files of {Archive} are left out: 6 of macOS or Windows (__MACOSX/._a.txt, ._b, .DS_Store, …), 2 that are links or devices (link, pipe), "
            + "1 with a name that cannot be a key (../up), 1 with a name that is no UTF-8 (gone\uFFFD)",
            server.Log,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leading_dot_and_backslashes_are_read_as_paths()
    {
        AddEntries(("./a.txt", 0), ("././dir/b.txt", 0), (@"dir\c.txt", 0), (@".\d.txt", 0), (@"dir\sub\", 0), ("e/./f", 0), (@"..\g", 0));
        await using var own = await OwnStores.OpenAsync(null, (Setting.Ephemeral, "true"), (Setting.Seed, Archive));

        Assert.Equal(["a.txt", "d.txt", "dir/b.txt", "dir/c.txt"], (await own.Stores.RecordsAsync("my-store")).Select(record => record.Key));
    }

    [Fact]
    public async Task What_lies_outside_of_the_stores_of_a_storage_folder_is_counted_and_nothing_temporary_is_left()
    {
        AddEntries(
            ("p/storage/key_value_stores/default/a.txt", 0), ("p/storage/key_value_stores/default/sub/b.txt", 0), ("p/storage/key_value_stores/c.txt", 0),
            ("p/storage/datasets/default/000000001.json", 0), ("p/main.js", 0), ("p/storage/key_value_stores/__OLD_x/d.txt", 0),
            (@"p/storage/key_value_stores/default/link.txt", 0xA1FF << 16));
        var temporary = Directory.CreateDirectory(Path.Join(_folder.Path, "temporary")).FullName;
        await using var server = await ServerProcess.StartAsync(
            ["--data", Path.Join(_folder.Path, "data"), "--seed", Archive, "--port", "0"],
            new Dictionary<string, string> { [OperatingSystem.IsWindows() ? "TMP" : "TMPDIR"] = temporary });

        Assert.Contains($"Loading the store dev~default from {Archive}: 1 record", server.Log, StringComparison.Ordinal);
        Assert.Contains($"6 files of {Archive} are left out: 1 in folders that are no stores (", server.Log, StringComparison.Ordinal);
        Assert.Contains("4 outside of the stores' folders (", server.Log, StringComparison.Ordinal);
        Assert.Contains("1 that are links or devices (", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(temporary, server.Log, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(temporary, "kvs-records-*"));
    }

    [Fact]
    public async Task What_would_not_fit_is_not_unpacked_and_the_message_says_how_to_name_another_place()
    {
        FillStorage();
        await MakeAsync("python3", ["make_zip.py", "huge", "{storage}", "{archive}"]);

        var (exitCode, _, error) = await ServerProcess.RunAsync(["--ephemeral", "--seed", Archive, "--port", "0"]);

        Assert.Equal(1, exitCode);
        Assert.Matches($@"kvs-records: The store \S+ in {Archive} has .*, and \S+, where it would be unpacked, has .* left; set TMP", error);
    }

    [Fact]
    public async Task A_store_whose_metadata_names_it_as_its_id_is_called_so_and_a_url_finds_it()
    {
        _folder.Add("default", "a.txt", "a"u8);
        _folder.Add("default", "__metadata__.json", """{ "id": "default", "name": "default" }"""u8);
        _folder.Add("x7Gh2kLm9QpR4sTv1", "b.txt", "b"u8);
        _folder.Add("x7Gh2kLm9QpR4sTv1", "__metadata__.json", """{ "id": "x7Gh2kLm9QpR4sTv1", "name": null }"""u8);
        await using var server = await ServerProcess.StartAsync(["--ephemeral", "--seed", _folder.Path, "--port", "0"]);

        Assert.Contains("Loaded the store dev~default: ", server.Log, StringComparison.Ordinal);
        Assert.Contains("Loaded the store x7Gh2kLm9QpR4sTv1: ", server.Log, StringComparison.Ordinal);
        Assert.Equal(200, await server.StatusAsync("dev~default"));
        Assert.Equal(200, await server.StatusAsync("default"));
        Assert.Equal(200, await server.StatusAsync("x7Gh2kLm9QpR4sTv1"));
    }

    public void Dispose() => _folder.Dispose();

    // Two writers' folders from the sample, and one with keys as they are.
    private void FillStorage()
    {
        var sample = Path.Join(Repository.Root, "docs", "sample", "storage");
        foreach (var file in Directory.EnumerateFiles(sample, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Join(Storage, Path.GetRelativePath(sample, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            File.SetLastWriteTimeUtc(copy, new DateTime(2025, 6, 1, 12, 30, 44, DateTimeKind.Utc));
        }

        var third = Directory.CreateDirectory(Path.Join(Storage, "key_value_stores", "third")).FullName;
        File.WriteAllText(Path.Join(third, "odd!-_.'()key.bin"), "odd");
        File.WriteAllText(Path.Join(third, "příliš 🐎.html"), "<p>");
        File.WriteAllText(Path.Join(third, ".hidden"), "hidden");
    }

    private void AddEntries(params (string Name, int Attributes)[] entries)
    {
        using var zip = ZipFile.Open(Archive, ZipArchiveMode.Create);
        foreach (var (name, attributes) in entries)
        {
            var entry = zip.CreateEntry(name);
            entry.ExternalAttributes = attributes;
            using var body = entry.Open();
            body.Write("x"u8);
        }
    }

    private async Task MakeAsync(string program, string[] arguments)
    {
        Required.Program(program);
        var start = new ProcessStartInfo(program, arguments.Select(argument => argument
            .Replace("{archive}", Archive, StringComparison.Ordinal)
            .Replace("{storage}", Storage, StringComparison.Ordinal)
            .Replace("make_zip.py", Path.Join(AppContext.BaseDirectory, "Scripts", "make_zip.py"), StringComparison.Ordinal)))
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // An archive's times have no zone.
            Environment = { ["TZ"] = "UTC" },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + error);
    }
}

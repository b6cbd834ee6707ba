using System.Runtime.InteropServices;
using System.Text.Json;
using KvsRecords.ArchiveReaders;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary><c>kvs-records export</c>: what the endpoint would send, without a server, and never half of it.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly StorageFolder _folder = StorageFolder.WithNastyStore();

    private string Target => Path.Join(_folder.Path, "target.zip");

    [Theory]
    [InlineData("", "")]
    [InlineData("prefix=image-", "--prefix image-")]
    [InlineData("collection=images", "--collection images")]
    [InlineData("collection=one&prefix=p", "--collection one --prefix p")]
    [InlineData("prefix=nothing", "--prefix nothing")]
    public async Task The_archive_has_what_the_endpoint_sends(string query, string flags)
    {
        var configuration = Path.Join(_folder.Path, "shop.json");
        await File.WriteAllTextAsync(configuration, Configurations.Shop(), TestContext.Current.CancellationToken);
        var data = Path.Join(_folder.Path, "data");
        var sent = Path.Join(_folder.Path, "sent.zip");
        await using (var server = await RunningServer.StartOwnAsync(Configurations.Shop(), flags: [(Setting.Data, data), (Setting.Seed, _folder.Path)]))
        {
            using var response = await server.GetAsync($"/v2/key-value-stores/{Configurations.StoreId}/records?{query}", "tok-alice");
            await File.WriteAllBytesAsync(sent, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        }

        foreach (var source in new[] { $"--data {data}", $"--storage {_folder.Path}" })
        {
            var (exitCode, output, _) = await RunAsync($"export my-store {source} --config {configuration} -o {Target} {flags}");
            Assert.Equal(0, exitCode);
            Assert.StartsWith($"Exported the store alice~my-store to {Target}: ", output, StringComparison.Ordinal);
            Required.Program("python3");
            var entries = await new PythonZipFile().ReadManyAsync([sent, Target], TestContext.Current.CancellationToken);
            Assert.Equal(entries[0].Select(entry => entry.Read), entries[1].Select(entry => entry.Read));
            if (source.StartsWith("--data", StringComparison.Ordinal))
                Assert.Equal(await File.ReadAllBytesAsync(sent, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("my-store")]
    [InlineData("~MY-STORE")]
    [InlineData("dev~my-store")]
    [InlineData("KvsRecordsDevUser~my-store")]
    [InlineData("by-id")]
    public async Task A_store_is_named_by_id_or_by_name_and_the_archive_by_the_store(string reference)
    {
        _folder.Add("my-store", "__metadata__.json", """{ "id": "by-id" }"""u8);

        var (exitCode, _, _) = await ServerProcess.RunAsync(["export", reference, "--storage", _folder.Path], currentFolder: _folder.Path);

        Assert.Equal(0, exitCode);
        Assert.True(File.Exists(Path.Join(_folder.Path, "my-store.zip")));
    }

    [Theory]
    [InlineData("export nothing", "There is no store 'nothing'. There are: dev~my-store, dev~other.")]
    [InlineData("export nobody~my-store", "There is no store 'nobody~my-store'. There are: dev~my-store, dev~other.")]
    [InlineData("export dev~", "There is no store 'dev~'.")]
    [InlineData("export my-store --collection images", "There is no collection 'images': the store dev~my-store has no schema")]
    [InlineData("export my-store -o nowhere/x.zip", "nowhere")]
    public async Task An_unknown_store_is_reported_with_those_that_exist(string arguments, string message)
    {
        var (exitCode, output, error) = await RunAsync($"{arguments} --storage {_folder.Path}");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_storage_is_reported_and_none_is_made()
    {
        var (exitCode, _, error) = await RunAsync($"export my-store --data {Path.Join(_folder.Path, "data")}");

        Assert.Equal(1, exitCode);
        Assert.Contains($"There is no storage in {Path.Join(_folder.Path, "data")}", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Join(_folder.Path, "data")));
    }

    [Fact]
    public async Task The_folder_is_as_crawlers_write_it()
    {
        var exported = Path.Join(_folder.Path, "exported");
        var (exitCode, _, _) = await RunAsync($"export my-store --storage {_folder.Path} -o {exported}/");

        Assert.Equal(0, exitCode);
        var store = Path.Join(exported, "key_value_stores", "my-store");
        using var metadata = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Join(store, "__metadata__.json"), TestContext.Current.CancellationToken));
        Assert.Equal(["id", "name", "accessedAt", "createdAt", "modifiedAt"], metadata.RootElement.EnumerateObject().Select(member => member.Name));
        const string Odd = "odd%21-_.%27%28%29key";
        Assert.Equal([0, 1, 2], await File.ReadAllBytesAsync(Path.Join(store, Odd), TestContext.Current.CancellationToken));
        using var sidecar = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Join(store, Odd + ".__metadata__.json"), TestContext.Current.CancellationToken));
        Assert.Equal(
            [("key", "odd!-_.'()key"), ("contentType", "application/octet-stream"), ("size", "3")],
            sidecar.RootElement.EnumerateObject().Select(member => (member.Name, member.Value.ToString())));
        Assert.Equal(
            File.GetLastWriteTimeUtc(Path.Join(_folder.Path, "key_value_stores", "my-store", "odd!-_.'()key.bin")),
            File.GetLastWriteTimeUtc(Path.Join(store, Odd)));
    }

    [Fact]
    public async Task A_store_that_is_in_the_target_folder_already_stays_as_it_is()
    {
        var exported = new StorageFolder();
        var file = exported.Add("my-store", "mine.txt", "mine"u8);

        var (exitCode, _, error) = await RunAsync($"export my-store --storage {_folder.Path} -o {exported.Path}");

        Assert.Equal(1, exitCode);
        Assert.Contains($"{Path.GetDirectoryName(file)} is there already", error, StringComparison.Ordinal);
        Assert.Equal([file], Directory.EnumerateFiles(exported.Path, "*", SearchOption.AllDirectories));
        exported.Dispose();
    }

    [Fact]
    public async Task An_archive_that_is_there_already_is_replaced_when_the_new_one_is_whole_and_not_before()
    {
        await File.WriteAllTextAsync(Target, "old", TestContext.Current.CancellationToken);
        await using (var stopped = await StartEndlessAsync(Target))
        {
            Assert.Equal("old", await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken));
            stopped.Signal(PosixSignal.SIGTERM);
            Assert.Equal(1, await stopped.ExitAsync());
        }

        Assert.Equal("old", await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.tmp"));

        Assert.Equal(0, (await RunAsync($"export other --storage {_folder.Path} -o {Target}")).ExitCode);
        Assert.Equal(["x"], (await new PythonZipFile().ReadAsync(Target, TestContext.Current.CancellationToken)).Select(entry => entry.Name));
    }

    [Theory]
    [InlineData("target.zip")]
    [InlineData("target/")]
    public async Task A_killed_export_leaves_nothing_under_the_final_name(string target)
    {
        await using var killed = await StartEndlessAsync(Path.Join(_folder.Path, target));

        await killed.KillAsync();

        Assert.False(Path.Exists(Target));
        Assert.False(Path.Exists(Path.Join(_folder.Path, "target", "key_value_stores", "endless")));
    }

    [Theory]
    [InlineData("target.zip")]
    [InlineData("target/")]
    public async Task A_record_that_cannot_be_read_to_its_end_ends_it_with_1_and_leaves_nothing(string target)
    {
        await using var export = await StartEndlessAsync(Path.Join(_folder.Path, target));

        using (var shrunk = File.OpenWrite(Endless))
            shrunk.SetLength(0);

        Assert.Equal(1, await export.ExitAsync());
        Assert.Contains("The record ends after ", export.Log, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*target*", SearchOption.AllDirectories));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories), path => path.Contains(".tmp", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private string Endless => Path.Join(_folder.Path, "key_value_stores", "endless", "endless.bin");

    /// <summary>An export that is in the middle of a record that has no end.</summary>
    private async Task<ServerProcess> StartEndlessAsync(string target)
    {
        _folder.Add("endless", "endless.bin", []);
        using (var file = File.OpenWrite(Endless))
            file.SetLength(100L << 30);
        var export = await ServerProcess.StartUntilAsync(
            "Exporting the store dev~endless", ["export", "endless", "--storage", _folder.Path, "-o", target]);
        await Eventually.HoldsAsync(() => Files.Written(_folder.Path, "tmp"), written => written > 0);
        return export;
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(string arguments) =>
        ServerProcess.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}

using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using KvsRecords.Server.Settings;
using KvsRecords.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace KvsRecords.Server.Tests;

/// <summary>Stores of our own in a folder: made when missing, held by one process, and refused where that could do harm.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly StorageFolder _home = new();

    private string Data => Path.Join(_home.Path, "new", "data");

    [Fact]
    public async Task The_folder_is_made_and_what_is_kept_is_said_and_how_to_begin()
    {
        await using var server = await ServerProcess.StartAsync(["--data", Data, "--port", "0"]);

        var lines = await Eventually.HoldsAsync(() => server.Output, lines => lines.Count == 6);
        Assert.Equal($"Keeping stores in {Data}", lines[1]);
        Assert.StartsWith("export APIFY_API_BASE_URL=", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("curl -fsS -X POST ", lines[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_folder_named_or_there_it_keeps_stores_in_data()
    {
        await using var server = await ServerProcess.StartAsync(["--port", "0"], currentFolder: _home.Path);

        var lines = await Eventually.HoldsAsync(() => server.Output, lines => lines.Count > 1);
        Assert.Equal($"Keeping stores in {Path.Join(_home.Path, "data")}", lines[1]);
    }

    [Fact]
    public async Task A_second_process_is_refused_and_the_first_goes_on()
    {
        await using var first = await ServerProcess.StartAsync(["--data", Data, "--port", "0"]);

        var (exitCode, output, error) = await ServerProcess.RunAsync(["--data", Data, "--port", "0"]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains($"The storage in {Data} is in use by another process", error, StringComparison.Ordinal);
        Assert.Equal(404, await first.StatusAsync("dev~nothing"));
        first.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await first.ExitAsync());
        await using var next = await ServerProcess.StartAsync(["--data", Data, "--port", "0"]);
    }

    [Fact]
    public async Task A_folder_with_other_files_is_refused_and_left_as_it_is()
    {
        var file = Path.Join(Directory.CreateDirectory(Path.Join(Data, "bodies")).FullName, "thesis.txt");
        await File.WriteAllTextAsync(file, "years", TestContext.Current.CancellationToken);

        var (exitCode, _, error) = await ServerProcess.RunAsync(["--data", Data, "--port", "0"]);

        Assert.Equal(1, exitCode);
        Assert.Contains($"The folder {Data} is no storage, and not empty: 'bodies' is in it", error, StringComparison.Ordinal);
        Assert.Equal([file], Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_reported()
    {
        var file = Path.Join(_home.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await ServerProcess.RunAsync(["--data", Path.Join(file, "data"), "--port", "0"]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains($"The storage in {Path.Join(file, "data")} cannot be opened: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_made_where_the_start_is_refused_for_another_reason()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (exitCode, _, _) = await ServerProcess.RunAsync(["--data", Data, "--port", $"{port}"]);

        Assert.Equal(1, exitCode);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_live_folder_can_only_be_read()
    {
        using var live = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(live);
        await using var own = await RunningServer.StartOwnAsync();

        Assert.Null(server.Services.GetService<IStoreWriter>());
        Assert.NotNull(own.Services.GetService<IStoreWriter>());
    }

    [Fact]
    public async Task A_declared_id_that_another_store_has_is_reported()
    {
        await using (await OwnStores.OpenAsync("""{ "KvsRecords": { "Stores": [ { "Name": "one", "Id": "TakenId0000000001" } ] } }""", (Setting.Data, Data)))
        {
        }

        var refusal = await Assert.ThrowsAsync<IOException>(() =>
            OwnStores.OpenAsync("""{ "KvsRecords": { "Stores": [ { "Name": "two", "Id": "TakenId0000000001" } ] } }""", (Setting.Data, Data)));

        Assert.Equal("What the configuration says of the store two cannot be: Another store has the id 'TakenId0000000001'.", refusal.Message);
    }

    [Fact]
    public async Task What_the_configuration_declares_is_made_true_at_each_start()
    {
        await using (var server = await RunningServer.StartOwnAsync(Configurations.Shop(), flags: [(Setting.Data, Data)]))
        {
            var store = await server.Stores.FindByIdAsync(Configurations.StoreId, TestContext.Current.CancellationToken);
            Assert.Equal(("my-store", "alice", Configurations.SigningKey), (store!.Name, store.Owner.Username, store.UrlSigningSecretKey));
            Assert.Equal(["images", "one"], store.Schema!.CollectionIds);
            Assert.Empty(await server.DownloadAsync($"/v2/key-value-stores/{Configurations.StoreId}/records", "tok-bob"));
        }

        await using var again = await RunningServer.StartOwnAsync(Configurations.Shop("ANYONE_WITH_ID_CAN_READ"), flags: [(Setting.Data, Data)]);
        Assert.Single(await again.Stores.ListAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await again.DownloadAsync($"/v2/key-value-stores/{Configurations.StoreId}/records", token: null));
    }

    public void Dispose() => _home.Dispose();
}

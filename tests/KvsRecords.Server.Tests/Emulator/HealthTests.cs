namespace KvsRecords.Server.Tests;

/// <summary>GET /_emulator/health: 200 once, and as long as, requests can be served.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task It_is_200_while_the_folder_can_be_read_and_503_when_it_is_gone()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder);

        using var well = await server.GetAsync("/_emulator/health", token: null);
        Directory.Move(folder.Path, folder.Path + "-elsewhere");
        using var gone = await server.GetAsync("/_emulator/health", token: null);
        Directory.Move(folder.Path + "-elsewhere", folder.Path);
        using var back = await server.GetAsync("/_emulator/health", token: null);

        Assert.Equal([200, 503, 200], new[] { well, gone, back }.Select(response => (int)response.StatusCode));
    }

    [Fact]
    public async Task It_is_503_when_a_storage_of_our_own_is_gone_although_what_is_open_of_it_could_still_be_read()
    {
        var data = Path.Join(Path.GetTempPath(), $"kvs-health-{Guid.NewGuid():N}");
        await using var server = await ServerProcess.StartAsync(["--data", data, "--port", "0"]);

        var well = await HealthCommandTests.AskAsync(server.Address);
        Directory.Move(data, data + "-elsewhere");
        var gone = await HealthCommandTests.AskAsync(server.Address);
        Directory.Move(data + "-elsewhere", data);
        var back = await HealthCommandTests.AskAsync(server.Address);
        await server.KillAsync();
        Directory.Delete(data, recursive: true);

        Assert.Equal([0, 1, 0], new[] { well.ExitCode, gone.ExitCode, back.ExitCode });
        Assert.Contains("answers 503", gone.Error, StringComparison.Ordinal);
        Assert.Contains($"The storage in {data} is gone.", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
    }
}

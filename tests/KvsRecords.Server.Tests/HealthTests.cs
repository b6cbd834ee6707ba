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
}

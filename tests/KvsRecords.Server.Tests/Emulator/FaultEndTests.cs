using System.Diagnostics;
using CliWrap;

namespace KvsRecords.Server.Tests;

/// <summary>Faults that would go on for a day end with the client they were meant for.</summary>
public sealed class FaultEndTests
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"delayMs":86400000}""")]
    [InlineData("""{"bytesPerSecond":1}""")]
    [InlineData("""{"effect":"stall"}""")]
    public async Task A_server_that_stops_does_not_wait_for_a_fault(string rule)
    {
        var server = await FaultServer.StartAsync();
        await server.SetAsync($"[{rule}]");
        var asked = RawHttp.AskAsync(server.Server.Address, $"GET {server.Archive}?token={RunningServer.DevelopmentToken} HTTP/1.1");
        await server.AppliedAsync(1);

        var watch = Stopwatch.StartNew();
        await server.DisposeAsync();

        Assert.DoesNotContain("PK\x05\x06", await asked, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("""{"delayMs":86400000}""", "86400000 ms late")]
    [InlineData("""{"bytesPerSecond":1}""", "1 B/s")]
    [InlineData("""{"effect":"stall","status":503}""", "503, stall")]
    public async Task A_fault_ends_when_the_client_leaves_and_the_log_tells_of_it(string rule, string reason)
    {
        Required.Program("curl");
        await using var server = await ServerProcess.StartAsync(["--ephemeral", "--port", "0"]);
        using var client = new HttpClient { BaseAddress = server.Address };
        using var rules = OwnServer.Json($"[{rule}]");
        (await client.PutAsync("/_emulator/faults", rules, Running)).EnsureSuccessStatusCode().Dispose();

        await CliWrap.Cli.Wrap("curl")
            .WithArguments(["--silent", "--max-time", "1", $"{server.Address}v2/users/me"])
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(Running);

        var log = await Eventually.HoldsAsync(() => server.Log, log => log.Contains("(broken off)", StringComparison.Ordinal));
        Assert.Contains($"by a rule of /_emulator/faults: {reason}", log, StringComparison.Ordinal);
    }
}

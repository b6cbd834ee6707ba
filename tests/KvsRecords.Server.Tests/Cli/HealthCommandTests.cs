using System.Globalization;

namespace KvsRecords.Server.Tests;

/// <summary><c>kvs-records health</c>: 0 when the server can serve requests.</summary>
public sealed class HealthCommandTests
{
    [Fact]
    public async Task It_asks_where_the_settings_say_that_the_server_listens()
    {
        await using var server = await ServerProcess.StartAsync(["--ephemeral", "--port", "0", "--host", "*"]);
        var port = server.Address.Port.ToString(CultureInfo.InvariantCulture);
        var variables = new Dictionary<string, string> { ["KVSRECORDS_HOST"] = "*", ["KVSRECORDS_PORT"] = port };

        var byVariables = await ServerProcess.RunAsync(["health"], variables);
        var byFlag = await ServerProcess.RunAsync(["health", "--port", port]);
        var byUrl = await AskAsync(server.Address);

        Assert.All([byVariables, byFlag, byUrl], asked => Assert.Equal((0, "Healthy", ""), (asked.ExitCode, asked.Output.Trim(), asked.Error.Trim())));
    }

    [Fact]
    public async Task It_ends_with_1_when_no_server_answers_and_says_where_it_asked()
    {
        Uri address;
        await using (var server = await ServerProcess.StartAsync(["--ephemeral", "--port", "0"]))
            address = server.Address;

        var asked = await AskAsync(address);

        Assert.Equal(1, asked.ExitCode);
        Assert.Contains($"{address}_emulator/health does not answer", asked.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url", "127.0.0.1:8011", 2)]
    [InlineData("--port", "0", 1)]
    public async Task Text_that_is_no_address_is_reported_as_a_mistake(string flag, string value, int exitCode)
    {
        var asked = await ServerProcess.RunAsync(["health", flag, value]);

        Assert.Equal(exitCode, asked.ExitCode);
        Assert.Contains(flag, asked.Error, StringComparison.Ordinal);
        Assert.Contains("allowed:", asked.Error, StringComparison.Ordinal);
    }

    public static Task<(int ExitCode, string Output, string Error)> AskAsync(Uri server) => ServerProcess.RunAsync(["health", "--url", $"{server}"]);
}

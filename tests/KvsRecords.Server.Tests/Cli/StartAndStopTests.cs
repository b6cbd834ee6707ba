using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using CliWrap;
using CliWrap.Buffered;

namespace KvsRecords.Server.Tests;

/// <summary>The program as a user starts it: what it says when it answers, where it listens, and how it ends.</summary>
public sealed class StartAndStopTests
{
    [Fact]
    public async Task It_says_where_it_answers_what_it_serves_and_then_download_commands_that_work_when_pasted()
    {
        using var folder = StorageFolder.WithNastyStore();
        folder.Add("it's $HOME", "a.txt", "a"u8);
        for (var i = 0; i < 5; i++)
            folder.Add($"store-{i}", "a.txt", "a"u8);
        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--port", "0"]);

        using var client = new HttpClient();
        using var health = await client.GetAsync(new Uri(server.Address, "/_emulator/health"), TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)health.StatusCode);

        var commands = await Eventually.HoldsAsync(() => server.Output.Skip(5).ToList(), lines => lines.Count == 5);
        Assert.Equal($"Serving the folder {folder.Path} as it is, read-only", server.Output[1]);
        Assert.Equal($"In a browser: {server.Address}_page/#token=apify_api_dev", server.Output[4]);
        var url = server.Address.GetLeftPart(UriPartial.Authority);
        Assert.Equal(
            $"export APIFY_API_BASE_URL='{url}' APIFY_API_PUBLIC_BASE_URL='{url}' APIFY_CLIENT_BASE_URL='{url}' APIFY_TOKEN=apify_api_dev",
            server.Output[2]);
        Assert.All(commands, command => Assert.StartsWith("curl ", command, StringComparison.Ordinal));
        Assert.Contains(commands, command => command.Contains("it", StringComparison.Ordinal));
        Required.Program("curl");
        foreach (var command in commands)
            await PasteAsync(command, folder.Path);
        Assert.True(File.Exists(Path.Join(folder.Path, "it's $HOME.zip")));
    }

    [Fact]
    public async Task A_token_that_is_a_secret_is_not_shown()
    {
        using var folder = StorageFolder.WithNastyStore();
        var environment = new Dictionary<string, string> { ["APIFY_TOKEN"] = "very-secret" };
        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--port", "0"], environment);

        var commands = await Eventually.HoldsAsync(() => server.Output.Skip(5).ToList(), lines => lines.Count == 2);

        Assert.All(commands, command => Assert.Contains("Bearer $APIFY_TOKEN", command, StringComparison.Ordinal));
        Required.Program("curl");
        await PasteAsync(commands[0], folder.Path, environment);
        Assert.DoesNotContain("APIFY_TOKEN", server.Output[2], StringComparison.Ordinal);
        Assert.EndsWith("/_page/", server.Output[4], StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", string.Join('\n', server.Output) + server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_every_address_and_a_public_one_it_says_addresses_that_can_be_opened()
    {
        using var folder = StorageFolder.WithNastyStore();
        folder.Add("sto~re", "a.txt", "a"u8);
        await using var server = await ServerProcess.StartAsync(
            ["--storage", folder.Path, "--port", "0", "--host", "*", "--public-url", "https://kvs.example.com"]);

        var commands = await Eventually.HoldsAsync(() => server.Output.Skip(5).ToList(), lines => lines.Count == 3);

        Assert.StartsWith("http://127.0.0.1:", server.Address.ToString(), StringComparison.Ordinal);
        Assert.All(commands, command => Assert.Contains("'https://kvs.example.com/v2/key-value-stores/", command, StringComparison.Ordinal));
        Assert.DoesNotContain(commands, command => command.Contains("sto~re/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task By_default_it_listens_on_the_loopback_addresses_of_both_families_and_on_one_port()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await ServerProcess.StartAsync(["serve", "--storage", folder.Path, "--port", "0"]);
        using var client = new HttpClient();

        var addresses = new List<string> { "127.0.0.1", "localhost" };
        if (HasIPv6Loopback())
            addresses.Add("[::1]");
        foreach (var address in addresses)
        {
            using var response = await client.GetAsync(
                new Uri($"http://{address}:{server.Address.Port}/_emulator/health"), TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)response.StatusCode);
        }
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task A_signal_lets_a_running_download_finish_and_then_ends_it_with_0(PosixSignal signal)
    {
        using var folder = new StorageFolder();
        var body = RandomBytes.Of(30 * 1024 * 1024);
        folder.Add("big", "a.bin", body);
        folder.Add("big", "b.bin", body);
        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--port", "0", "--shutdown-timeout", "60"]);
        using var client = new HttpClient();
        using var response = await client.GetAsync(
            new Uri(server.Address, $"/v2/key-value-stores/dev~big/records?token={RunningServer.DevelopmentToken}"),
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);

        server.Signal(signal);
        await NoLongerAcceptsAsync(server.Address);
        var records = await RunningServer.ReadArchiveAsync(response);

        Assert.Equal(body, records["b"]);
        Assert.Equal(0, await server.ExitAsync());
    }

    [Fact]
    public async Task A_download_that_takes_longer_than_the_set_time_is_broken_off_and_it_still_ends_with_0()
    {
        using var folder = new StorageFolder();
        var body = RandomBytes.Of(30 * 1024 * 1024);
        folder.Add("big", "a.bin", body);
        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--port", "0", "--shutdown-timeout", "0"]);
        using var client = new HttpClient();
        using var response = await client.GetAsync(
            new Uri(server.Address, $"/v2/key-value-stores/dev~big/records?token={RunningServer.DevelopmentToken}"),
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);

        server.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, await server.ExitAsync());
        var read = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<Exception>(() => read.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    private static async Task PasteAsync(string command, string folder, IDictionary<string, string>? environment = null)
    {
        var result = await CliWrap.Cli.Wrap("sh").WithArguments(["-c", command]).WithWorkingDirectory(folder)
            .WithEnvironmentVariables(variables =>
            {
                foreach (var (name, value) in environment ?? new Dictionary<string, string>())
                    variables.Set(name, value);
            })
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, $"{command}\n{result.StandardError}");
    }

    private static async Task NoLongerAcceptsAsync(Uri address)
    {
        await Eventually.HoldsAsync(() =>
        {
            try
            {
                using var client = new TcpClient(address.Host, address.Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, accepts => !accepts);
    }

    private static bool HasIPv6Loopback()
    {
        try
        {
            using var socket = new TcpListener(IPAddress.IPv6Loopback, 0);
            socket.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

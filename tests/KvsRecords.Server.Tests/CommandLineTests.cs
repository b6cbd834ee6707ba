using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using CliWrap;
using CliWrap.Buffered;

namespace KvsRecords.Server.Tests;

/// <summary>The program as a user starts it: what it says, what it refuses, and how it ends.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task It_says_one_line_when_it_answers_and_then_download_commands_that_work_when_pasted()
    {
        using var folder = StorageFolder.WithNastyStore();
        folder.Add("it's $HOME", "a.txt", "a"u8);
        for (var i = 0; i < 5; i++)
            folder.Add($"store-{i}", "a.txt", "a"u8);
        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--port", "0"]);

        using var client = new HttpClient();
        using var health = await client.GetAsync(new Uri(server.Address, "/_emulator/health"), TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)health.StatusCode);

        var commands = await EventuallyAsync(() => server.Output.Skip(1).ToList(), lines => lines.Count == 5);
        Assert.All(commands, command => Assert.StartsWith("curl ", command, StringComparison.Ordinal));
        Assert.Contains(commands, command => command.Contains("it", StringComparison.Ordinal));
        Required.Program("curl");
        foreach (var command in commands)
            await PasteAsync(command, folder.Path);
        Assert.True(File.Exists(Path.Join(folder.Path, "it's $HOME.zip")));
    }

    [Fact]
    public async Task A_token_that_is_somebodys_secret_is_not_shown()
    {
        using var folder = StorageFolder.WithNastyStore();
        var environment = new Dictionary<string, string> { ["APIFY_TOKEN"] = "very-secret" };
        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--port", "0"], environment);

        var commands = await EventuallyAsync(() => server.Output.Skip(1).ToList(), lines => lines.Count == 2);

        Assert.All(commands, command => Assert.Contains("Bearer $APIFY_TOKEN", command, StringComparison.Ordinal));
        Required.Program("curl");
        await PasteAsync(commands[0], folder.Path, environment);
        Assert.DoesNotContain("very-secret", string.Join('\n', server.Output) + server.Log, StringComparison.Ordinal);
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
        var body = new byte[30 * 1024 * 1024];
        new Random(1).NextBytes(body);
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
        var body = new byte[30 * 1024 * 1024];
        new Random(1).NextBytes(body);
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

    [Fact]
    public async Task Version_and_help_are_said_on_standard_output()
    {
        var version = await ServerProcess.RunAsync(["--version"]);
        var help = await ServerProcess.RunAsync(["--help"]);

        Assert.Equal((0, ""), (version.ExitCode, version.Error.Trim()));
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", version.Output);
        Assert.Equal(0, help.ExitCode);
        foreach (var flag in new[] { "--storage", "--host", "--port", "--config", "--rate-limit", "--allowed-hosts", "--public-url", "--log-level" })
            Assert.Contains(flag, help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--prot 1", "--prot")]
    [InlineData("sevre", "sevre")]
    [InlineData("--port", "--port")]
    [InlineData("--port 1 --port 2", "--port")]
    [InlineData("--port 65536", "'65536'")]
    [InlineData("--port -1", "'-1'")]
    [InlineData("--rate-limit some", "'some'")]
    [InlineData("--rate-limit 0", "'0'")]
    [InlineData("--host example.com", "'example.com'")]
    [InlineData("--public-url ftp://x", "'ftp://x'")]
    [InlineData("--public-url http://x/path", "'http://x/path'")]
    [InlineData("--log-level loud", "'loud'")]
    public async Task A_wrong_command_line_ends_with_2_and_says_what_is_wrong(string arguments, string named)
    {
        using var folder = StorageFolder.WithNastyStore();

        var (exitCode, output, error) = await ServerProcess.RunAsync(["--storage", folder.Path, .. arguments.Split(' ')]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_are_told_at_once_each_with_setting_value_and_what_is_allowed()
    {
        using var folder = StorageFolder.WithNastyStore();
        var file = Path.Join(folder.Path, "config.json");
        await File.WriteAllTextAsync(file, """
            { "KvsRecords": {
              "Prot": 1, "LogLevel": "loud",
              "Users": [ { "Username": "al", "Tokens": ["secret-1", "secret-1"] } ],
              "Stores": [ { "Name": "a", "Owner": "nobody", "GeneralAccess": "OPEN", "Shema": {},
                            "Schema": { "title": 1, "collections": { "c": { "key": "x", "keyPrefix": "y" } } } } ] } }
            """, TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string> { ["KVSRECORDS_PORT"] = "many", ["KVSRECORDS_STORGAE"] = "x" };

        var (exitCode, output, error) = await ServerProcess.RunAsync(["--storage", "/not/there", "--config", file], environment);

        Assert.Equal((1, ""), (exitCode, output));
        string[] expected =
        [
            "KVSRECORDS_STORGAE: no such setting",
            "KvsRecords.Prot: no such setting",
            "KvsRecords.LogLevel: 'loud'",
            "KvsRecords.Users[0].Username: 'al'",
            "KvsRecords.Users[0].Tokens:",
            "KvsRecords.Stores[0].Owner: there is no user 'nobody'",
            "KvsRecords.Stores[0].GeneralAccess: 'OPEN'",
            "KvsRecords.Stores[0].Shema: no such setting",
            "KvsRecords.Stores[0].Schema.title: 1",
            "KvsRecords.Stores[0].Schema.actorKeyValueStoreSchemaVersion: missing",
            "KvsRecords.Stores[0].Schema.collections.c:",
            "--storage: '/not/there'",
            "KVSRECORDS_PORT: 'many'",
        ];
        Assert.All(expected, problem => Assert.Contains(problem, error, StringComparison.Ordinal));
        Assert.DoesNotContain("secret-1", error, StringComparison.Ordinal);
        Assert.All(error.Split('\n').Where(line => line.StartsWith("kvs-records:", StringComparison.Ordinal) && !line.Contains("missing", StringComparison.Ordinal)),
            line => Assert.Contains("allowed:", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ \"KvsRecords\": { \"Port\": 1 ", "malformed")]
    [InlineData("{ \"KvsRecords\": { \"Port\": 1, \"port\": 2 } }", "malformed")]
    [InlineData("{ \"KvsRecords\": { \"Users\": {} } }", "$.KvsRecords.Users")]
    [InlineData("{ \"KvsRecords\": { \"LogLevel\": [1], \"PublicUrl\": true } }", "KvsRecords.LogLevel: '[1]'")]
    [InlineData("{ \"KvsRecords\": { \"RateLimit\": { \"PerSecond\": 1 } } }", "KvsRecords.RateLimit: '{ \"PerSecond\": 1 }'")]
    [InlineData("{ \"KvsRecords\": { \"Users\": [{ \"Username\": \"bob\", \"Tokens\": \"secret\" }] } }", "KvsRecords.Users[0].Tokens: that is no list")]
    [InlineData("{ \"KvsRecords\": { \"Users\": [{ \"Username\": \"bob\", \"Tokens\": [fsecret] }] } }", "malformed at $.KvsRecords.Users[0].Tokens")]
    [InlineData("{ \"KvsRecords\": { \"Stores\": [{ \"Name\": \"a\", \"UrlSigningSecretKey\": [\"secret\"] }] } }", "UrlSigningSecretKey: that is no text")]
    [InlineData("{ \"KvsRecords\": { \"Stores\": [{ \"Name\": \"a\", \"SchemaFile\": \"a\\u0000b\" }] } }", "KvsRecords.Stores[0].SchemaFile")]
    [InlineData("{ \"KvsRecords\": { \"LogLevel\": \"\\uD800\" } }", "$.KvsRecords.LogLevel")]
    [InlineData("{ }", "no settings")]
    [InlineData("[]", "malformed")]
    [InlineData("", "malformed")]
    [InlineData("{ \"KvsRecords\": { \"Users\": [null], \"Stores\": [null, {}] } }", "KvsRecords.Stores[1]")]
    public async Task A_malformed_configuration_ends_with_1_and_names_the_place(string configuration, string named)
    {
        using var folder = StorageFolder.WithNastyStore();
        var file = Path.Join(folder.Path, "config.json");
        await File.WriteAllTextAsync(file, configuration, TestContext.Current.CancellationToken);

        var (exitCode, _, error) = await ServerProcess.RunAsync(["--storage", folder.Path, "--config", file, "--port", "0"]);

        Assert.Equal(1, exitCode);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mark_that_some_editors_put_in_front_of_a_file_is_no_mistake()
    {
        using var folder = StorageFolder.WithNastyStore();
        var file = Path.Join(folder.Path, "config.json");
        await File.WriteAllTextAsync(file, Configurations.Shop(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), TestContext.Current.CancellationToken);

        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--config", file, "--port", "0"]);

        Assert.Equal(200, await StatusAsync(server, Configurations.StoreId, "tok-alice"));
    }

    [Fact]
    public async Task Flags_stand_before_the_command_or_after_it()
    {
        using var folder = StorageFolder.WithNastyStore();

        await using var server = await ServerProcess.StartAsync(["--port", "0", "serve", "--storage", folder.Path]);

        Assert.NotEqual(8011, server.Address.Port);
    }

    [Fact]
    public async Task A_folder_that_is_no_storage_is_not_served_and_that_is_said()
    {
        using var folder = new StorageFolder();
        File.WriteAllText(Path.Join(Directory.CreateDirectory(Path.Join(folder.Path, "secrets")).FullName, "password.txt"), "x");

        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--port", "0"]);

        Assert.Equal(404, await StatusAsync(server, "dev~secrets"));
        Assert.Contains("There is no store in", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_every_address_and_a_public_one_it_says_addresses_that_can_be_opened()
    {
        using var folder = StorageFolder.WithNastyStore();
        folder.Add("sto~re", "a.txt", "a"u8);
        await using var server = await ServerProcess.StartAsync(
            ["--storage", folder.Path, "--port", "0", "--host", "*", "--public-url", "https://kvs.example.com"]);

        var commands = await EventuallyAsync(() => server.Output.Skip(1).ToList(), lines => lines.Count == 3);

        Assert.StartsWith("http://127.0.0.1:", server.Address.ToString(), StringComparison.Ordinal);
        Assert.All(commands, command => Assert.Contains("'https://kvs.example.com/v2/key-value-stores/", command, StringComparison.Ordinal));
        Assert.DoesNotContain(commands, command => command.Contains("sto~re/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_in_use_ends_with_1()
    {
        using var folder = StorageFolder.WithNastyStore();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (exitCode, _, error) = await ServerProcess.RunAsync(["--storage", folder.Path, "--port", $"{port}"]);

        Assert.Equal(1, exitCode);
        Assert.Contains($"port {port} is in use", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_folder_it_says_what_it_looked_for()
    {
        var empty = Directory.CreateTempSubdirectory("kvs-records-test-").FullName;
        try
        {
            var (exitCode, _, error) = await ServerProcess.RunAsync([], currentFolder: empty);

            Assert.Equal(1, exitCode);
            foreach (var place in new[] { "--storage", "KVSRECORDS_STORAGE", "CRAWLEE_STORAGE_DIR", "APIFY_LOCAL_STORAGE_DIR", Path.Join(empty, "storage") })
                Assert.Contains(place, error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(empty);
        }
    }

    [Theory]
    [InlineData("CRAWLEE_STORAGE_DIR")]
    [InlineData("APIFY_LOCAL_STORAGE_DIR")]
    [InlineData("KVSRECORDS_STORAGE")]
    public async Task The_crawlers_own_variables_name_the_folder_too(string variable)
    {
        using var folder = StorageFolder.WithNastyStore();

        await using var server = await ServerProcess.StartAsync(["--port", "0"], new Dictionary<string, string> { [variable] = folder.Path });

        Assert.Equal(200, await StatusAsync(server, "dev~my-store"));
    }

    [Fact]
    public async Task The_folder_storage_is_served_without_being_named_and_key_value_stores_itself_too()
    {
        using var folder = StorageFolder.WithNastyStore();
        var home = Directory.CreateDirectory(Path.Join(folder.Path, "home"));
        Directory.CreateSymbolicLink(Path.Join(home.FullName, "storage"), folder.Path);

        await using var unnamed = await ServerProcess.StartAsync(["--port", "0"], currentFolder: home.FullName);
        await using var itself = await ServerProcess.StartAsync(["--port", "0", "--storage", Path.Join(folder.Path, "key_value_stores")]);

        Assert.Equal(200, await StatusAsync(unnamed, "dev~my-store"));
        Assert.Equal(200, await StatusAsync(itself, "dev~my-store"));
    }

    [Fact]
    public async Task A_flag_wins_over_the_environment_which_wins_over_the_file()
    {
        using var folder = StorageFolder.WithNastyStore();
        var file = Path.Join(folder.Path, "config.json");
        await File.WriteAllTextAsync(
            file, """{ "KvsRecords": { "Storage": ".", "RateLimit": 1, "Port": 0, "LogLevel": "debug" } }""", TestContext.Current.CancellationToken);

        Assert.Equal("1", await LimitAsync(["--config", file]));
        Assert.Equal("2", await LimitAsync(["--config", file], "2"));
        Assert.Equal("3", await LimitAsync(["--config", file, "--rate-limit", "3"], "2"));

        static async Task<string> LimitAsync(string[] arguments, string? variable = null)
        {
            var environment = new Dictionary<string, string>();
            if (variable is not null)
                environment["KVSRECORDS_RATE_LIMIT"] = variable;
            await using var server = await ServerProcess.StartAsync(arguments, environment);
            using var client = new HttpClient();
            using var response = await client.GetAsync(server.Address, TestContext.Current.CancellationToken);
            return response.Headers.GetValues("X-RateLimit-Limit").Single();
        }
    }

    [Fact]
    public async Task What_lies_in_the_folder_one_stands_in_and_ASPNETCORE_URLS_change_nothing()
    {
        using var folder = StorageFolder.WithNastyStore();
        await File.WriteAllTextAsync(
            Path.Join(folder.Path, "appsettings.json"),
            """{ "Urls": "http://127.0.0.1:1", "Kestrel": { "Endpoints": { "Http": { "Url": "http://127.0.0.1:1" } } } }""",
            TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:1",
            ["ASPNETCORE_HTTP_PORTS"] = "1",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_URLS"] = "http://127.0.0.1:1",
        };

        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--port", "0"], environment, folder.Path);

        Assert.NotEqual(1, server.Address.Port);
        Assert.Equal(200, await StatusAsync(server, "dev~my-store"));
    }

    [Fact]
    public async Task The_form_of_configuration_that_is_documented_starts_the_server()
    {
        using var folder = new StorageFolder();
        folder.Add("eshop-values", "image-1.png", [1]);
        folder.Add("eshop-values", "product-003.json.json", "{}"u8);
        var file = Path.Join(folder.Path, "config.json");
        await File.WriteAllTextAsync(file, """
            { "KvsRecords": {
              "Users": [ { "Id": "AliceUser00000001", "Username": "alice", "Tokens": ["tok-alice"] } ],
              "Stores": [ { "Name": "eshop-values", "Owner": "alice", "Id": "WkzbQMuFYuamGv3YF", "GeneralAccess": "RESTRICTED",
                "SharedWith": ["bob"], "UrlSigningSecretKey": "secret-key-for-testing",
                "Schema": { "actorKeyValueStoreSchemaVersion": 1, "title": "Shop", "collections": {
                  "images": { "title": "Images", "keyPrefix": "image-" }, "one": { "title": "One", "key": "product-003.json" } } } } ],
              "RateLimit": { "RequestsPerSecondPerStore": 60 } } }
            """, TestContext.Current.CancellationToken);

        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--config", file, "--port", "0"]);

        Assert.Equal(200, await StatusAsync(server, "WkzbQMuFYuamGv3YF", "tok-alice"));
        Assert.Contains("bob", server.Log, StringComparison.Ordinal);
    }

    private static async Task<int> StatusAsync(ServerProcess server, string store, string token = RunningServer.DevelopmentToken)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(
            new Uri(server.Address, $"/v2/key-value-stores/{store}/records?token={token}"), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private static async Task PasteAsync(string command, string folder, IDictionary<string, string>? environment = null)
    {
        var result = await Cli.Wrap("sh").WithArguments(["-c", command]).WithWorkingDirectory(folder)
            .WithEnvironmentVariables(variables =>
            {
                foreach (var (name, value) in environment ?? new Dictionary<string, string>())
                    variables.Set(name, value);
            })
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, $"{command}\n{result.StandardError}");
    }

    private static async Task<T> EventuallyAsync<T>(Func<T> value, Func<T, bool> holds)
    {
        for (var tries = 0; tries < 200 && !holds(value()); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.True(holds(value()));
        return value();
    }

    private static async Task NoLongerAcceptsAsync(Uri address)
    {
        await EventuallyAsync(() =>
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

using System.Text;

namespace KvsRecords.Server.Tests;

/// <summary>Where settings come from: flags, the environment, the file, and nothing else.</summary>
public sealed class CommandLineTests
{
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

    [Fact]
    public async Task A_mark_that_some_editors_put_in_front_of_a_file_is_no_mistake()
    {
        using var folder = StorageFolder.WithNastyStore();
        var file = Path.Join(folder.Path, "config.json");
        await File.WriteAllTextAsync(file, Configurations.Shop(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), TestContext.Current.CancellationToken);

        await using var server = await ServerProcess.StartAsync(["--storage", folder.Path, "--config", file, "--port", "0"]);

        Assert.Equal(200, await server.StatusAsync(Configurations.StoreId, "tok-alice"));
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

        Assert.Equal(404, await server.StatusAsync("dev~secrets"));
        Assert.Contains("There is no store in", server.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CRAWLEE_STORAGE_DIR")]
    [InlineData("APIFY_LOCAL_STORAGE_DIR")]
    [InlineData("KVSRECORDS_STORAGE")]
    public async Task The_crawlers_own_variables_name_the_folder_too(string variable)
    {
        using var folder = StorageFolder.WithNastyStore();

        await using var server = await ServerProcess.StartAsync(["--port", "0"], new Dictionary<string, string> { [variable] = folder.Path });

        Assert.Equal(200, await server.StatusAsync("dev~my-store"));
    }

    [Fact]
    public async Task The_folder_storage_is_served_without_being_named_and_key_value_stores_itself_too()
    {
        using var folder = StorageFolder.WithNastyStore();
        var home = Directory.CreateDirectory(Path.Join(folder.Path, "home"));
        Directory.CreateSymbolicLink(Path.Join(home.FullName, "storage"), folder.Path);

        await using var unnamed = await ServerProcess.StartAsync(["--port", "0"], currentFolder: home.FullName);
        await using var itself = await ServerProcess.StartAsync(["--port", "0", "--storage", Path.Join(folder.Path, "key_value_stores")]);

        Assert.Equal(200, await unnamed.StatusAsync("dev~my-store"));
        Assert.Equal(200, await itself.StatusAsync("dev~my-store"));
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
        Assert.Equal(200, await server.StatusAsync("dev~my-store"));
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

        Assert.Equal(200, await server.StatusAsync("WkzbQMuFYuamGv3YF", "tok-alice"));
        Assert.Contains("bob", server.Log, StringComparison.Ordinal);
    }
}

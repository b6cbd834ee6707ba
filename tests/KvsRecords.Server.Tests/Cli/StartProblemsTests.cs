using System.Net;
using System.Net.Sockets;

namespace KvsRecords.Server.Tests;

/// <summary>What keeps the program from starting: everything is reported at once, and the exit code says whose mistake it is.</summary>
public sealed class StartProblemsTests
{
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
    [InlineData("--public-url http://x/path?query", "'http://x/path?query'")]
    [InlineData("--public-url http://x/path?", "'http://x/path?'")]
    [InlineData("--public-url http://x/#part", "'http://x/#part'")]
    [InlineData("--public-url http://user@x/path", "'http://user@x/path'")]
    [InlineData("--error-names both", "'both'")]
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
    public async Task All_problems_are_reported_at_once_each_with_setting_value_and_what_is_allowed()
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
    [InlineData("{ \"KvsRecords\": { \"ErrorNames\": \"Service\" } }", "KvsRecords.ErrorNames: 'Service'")]
    [InlineData("{ \"KvsRecords\": { \"Runs\": [{ \"Id\": \"a\", \"DefaultKeyValueStoreId\": \"b\", \"Status\": \"DONE\" }] } }", "KvsRecords.Runs[0].Status: 'DONE'")]
    [InlineData("{ \"KvsRecords\": { \"Runs\": [{ \"Id\": \"a\", \"DefaultKeyValueStoreId\": \"b\", \"Origin\": \"api\" }] } }", "KvsRecords.Runs[0].Origin: 'api'")]
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
}

using System.Text;

namespace KvsRecords.Server.Tests;

/// <summary>That a secret which is said is found, in each form, and that one which is printed on purpose is not.</summary>
public sealed class LeaksTests
{
    private const string Secret = "tok/secret+of~alice";

    public static TheoryData<string> Said =>
    [
        $"GET /x?token={Secret}",
        $"GET /x?token={Uri.EscapeDataString(Secret)}",
        $"GET /x?token={Uri.EscapeDataString(Secret).ToLowerInvariant()}",
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret))}",
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"u:{Secret}"))}",
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"alice:{Secret}:x")).Replace('+', '-').Replace('/', '_')}",
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"1:{Secret}"))}",
    ];

    [Theory]
    [MemberData(nameof(Said))]
    public void A_secret_in_a_line_is_found(string line)
    {
        var leaks = new Leaks([Secret, "another-one"]);

        Assert.Equal([line], leaks.In(["before", line, "after"]));
        Assert.Empty(leaks.In(["tok/secret", "secret+of~alice"]));
    }

    [Fact]
    public void In_a_folder_each_file_is_looked_at_and_the_development_token_may_be_printed_but_not_logged()
    {
        using var folder = new StorageFolder();
        void Write(string name, string text) => File.WriteAllText(Path.Join(folder.Path, name), text);
        Write("one.secrets", "secret-one\n");
        Write("two.secrets", $"secret-two\n{RunningServer.DevelopmentToken}\n");
        Write("one.out", $"export APIFY_TOKEN={RunningServer.DevelopmentToken}\nharmless\n");
        Assert.Empty(Leaks.In(folder.Path));

        Write("two.out", "a secret-one\n");
        Write("one.log", $"a secret-two\nharmless\n{RunningServer.DevelopmentToken}\n");

        Assert.Equal(["one.log: a secret-two", $"one.log: {RunningServer.DevelopmentToken}", "two.out: a secret-one"], Leaks.In(folder.Path));
    }

    [Fact]
    public async Task What_a_server_of_the_tests_logs_answers_and_tells_of_is_captured_with_its_secrets()
    {
        await using (var server = await OwnServer.StartAsync(configuration: Configurations.Shop()))
        {
            using var response = await server.GetAsync("/v2/key-value-stores/captured-by-a-test/records?signature=signature-of-a-test", token: "token-of-a-test");
            Assert.Equal(401, (int)response.StatusCode);
        }

        string All(string kind) => string.Concat(Directory.EnumerateFiles(Captured.Folder, $"*.{kind}").Select(File.ReadAllText));
        Assert.Contains("GET /v2/key-value-stores/{storeId}/records 401", All("log"), StringComparison.Ordinal);
        Assert.Contains("token-not-valid Authentication token is not valid.", All("log"), StringComparison.Ordinal);
        Assert.Contains("Path = /v2/key-value-stores/captured-by-a-test/records", All("log"), StringComparison.Ordinal);
        foreach (var secret in (string[])["signature-of-a-test", "token-of-a-test", "tok-alice", "tok-bob", Configurations.SigningKey])
            Assert.Contains($"{secret}\n", All("secrets"), StringComparison.Ordinal);
    }
}

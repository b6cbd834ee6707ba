namespace KvsRecords.Testing.Tests;

/// <summary>That what is searched for secrets is there, and so are the secrets.</summary>
public sealed class CapturedEmulatorTests
{
    [Fact]
    public async Task What_a_server_of_the_tests_logs_is_captured_with_the_tokens_of_its_users()
    {
        await using (var kvs = await CapturedEmulator.StartAsync(
            new KvsRecordsServerOptions { Users = [new TestUser("alice", "token-of-a-test")] }, TestContext.Current.CancellationToken))
        {
            using var client = kvs.CreateClient();
            await Http.StatusAsync(client, $"/v2/key-value-stores/captured-by-a-test/records?token={kvs.Token}");
        }

        Assert.Contains("GET /v2/key-value-stores/{storeId}/records 404", All("log"), StringComparison.Ordinal);
        Assert.Contains("token-of-a-test\n", All("secrets"), StringComparison.Ordinal);
    }

    private static string All(string kind) => string.Concat(Directory.EnumerateFiles(Captured.Folder, $"*.{kind}").Select(File.ReadAllText));
}

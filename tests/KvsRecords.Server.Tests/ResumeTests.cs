using CliWrap;

namespace KvsRecords.Server.Tests;

/// <summary>A download that was broken off goes on where it stopped, also from a server that was killed and started again.</summary>
public sealed class ResumeTests
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("curl", "--silent --fail --continue-at - --output {0} {1}")]
    [InlineData("wget", "--quiet --continue --output-document={0} {1}")]
    public async Task A_client_gets_the_same_bytes_over_a_killed_server(string program, string arguments)
    {
        Required.Program(program);
        using var folder = new StorageFolder();
        string[] start = ["--data", Path.Join(folder.Path, "data"), "--port", "0", "--rate-limit", "off"];
        byte[] whole;
        await using (var server = await ServerProcess.StartAsync(start))
        {
            using var client = new HttpClient { BaseAddress = server.Address };
            client.DefaultRequestHeaders.Authorization = new("Bearer", RunningServer.DevelopmentToken);
            (await client.PostAsync("/v2/key-value-stores?name=s", null, Running)).Dispose();
            for (var i = 0; i < 20; i++)
            {
                var value = new byte[i * 9_000];
                new Random(i).NextBytes(value);
                (await client.PutAsync($"/v2/key-value-stores/~s/records/key-{i:D2}", OwnServer.Body(value, "image/png"), Running)).Dispose();
            }

            whole = await client.GetByteArrayAsync("/v2/key-value-stores/~s/records", Running);
            await server.KillAsync();
        }

        var path = Path.Join(folder.Path, "s.zip");
        await File.WriteAllBytesAsync(path, whole[..700_000], Running);
        await using (var server = await ServerProcess.StartAsync(start))
        {
            var url = new Uri(server.Address, $"/v2/key-value-stores/dev~s/records?token={RunningServer.DevelopmentToken}");
            await Cli.Wrap(program).WithArguments(string.Format(System.Globalization.CultureInfo.InvariantCulture, arguments, path, url)).ExecuteAsync(Running);
        }

        Assert.True(whole.Length > 1_500_000);
        Assert.Equal(whole, await File.ReadAllBytesAsync(path, Running));
    }
}

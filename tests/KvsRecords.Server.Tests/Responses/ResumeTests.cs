using System.Globalization;
using CliWrap;

namespace KvsRecords.Server.Tests;

/// <summary>A download that was broken off goes on where it stopped, also from a server that was killed and started again.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Received = 700_000;

    private readonly StorageFolder _folder = new();

    // One attempt each: what goes on is the next start of the program, not the program itself.
    // aria2c asks for the length before it asks for what is missing, and begins anew where the archive of a live folder is not kept.
    public static TheoryData<string, string, bool> Programs => new()
    {
        { "curl", "--silent --fail --continue-at - --output {0} {1}", false },
        { "curl", "--silent --fail --continue-at - --output {0} {1}", true },
        { "wget", "--quiet --tries=1 --continue --output-document={0} {1}", false },
        { "wget", "--quiet --tries=1 --continue --output-document={0} {1}", true },
        { "aria2c", "--quiet --no-conf --max-tries=1 --file-allocation=none --continue --dir=/ --out={0} {1}", false },
    };

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_client_gets_the_same_bytes_over_a_killed_connection(string program, string arguments, bool isLive)
    {
        Required.Program(program);
        await using var server = await StartAsync(isLive);
        var whole = isLive ? await FillFolderAsync(server) : await FillAsync(server);
        await using var way = new CutConnection(server.Address, Received);

        await AssertBrokenOffAsync(program, arguments, way);
        await AssertResumedAsync(program, arguments, way, whole);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_client_gets_the_same_bytes_over_a_killed_server(string program, string arguments, bool isLive)
    {
        Required.Program(program);
        await using var server = await StartAsync(isLive);
        var whole = isLive ? await FillFolderAsync(server) : await FillAsync(server);
        await using var way = new CutConnection(server.Address, Received, beforeCut: server.KillAsync);
        await AssertBrokenOffAsync(program, arguments, way);

        await using var next = await StartAsync(isLive);
        way.Server = next.Address;
        await AssertResumedAsync(program, arguments, way, whole);
    }

    public void Dispose() => _folder.Dispose();

    private Task<ServerProcess> StartAsync(bool isLive)
    {
        var live = Directory.CreateDirectory(Path.Join(_folder.Path, "key_value_stores", "s"));
        string[] source = isLive ? ["--storage", live.Parent!.FullName] : ["--data", Path.Join(_folder.Path, "data")];
        return ServerProcess.StartAsync([.. source, "--port", "0", "--rate-limit", "off"]);
    }

    // It is what another server gives, so that this one has not kept it; as soon as the files are settled.
    private async Task<byte[]> FillFolderAsync(ServerProcess server)
    {
        for (var i = 0; i < 20; i++)
            _folder.Add("s", $"key-{i:D2}.png", RandomBytes.Of(i * 9_000, seed: i));
        await using var other = await StartAsync(isLive: true);
        using var client = new HttpClient();
        for (var tries = 0; tries < 100; tries++)
        {
            var url = new Uri(other.Address, $"/v2/key-value-stores/dev~s/records?token={RunningServer.DevelopmentToken}");
            using var whole = await client.GetAsync(url, Running);
            if (whole.Headers.ETag is not null)
                return await whole.Content.ReadAsByteArrayAsync(Running);
            await Task.Delay(100, Running);
        }

        throw new TimeoutException($"The folder that {server.Address} serves does not settle.");
    }

    private static async Task<byte[]> FillAsync(ServerProcess server)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", RunningServer.DevelopmentToken);
        (await client.PostAsync("/v2/key-value-stores?name=s", null, Running)).Dispose();
        for (var i = 0; i < 20; i++)
        {
            var value = RandomBytes.Of(i * 9_000, seed: i);
            (await client.PutAsync($"/v2/key-value-stores/~s/records/key-{i:D2}", OwnServer.Body(value, "image/png"), Running)).Dispose();
        }

        var whole = await client.GetByteArrayAsync("/v2/key-value-stores/~s/records", Running);
        Assert.True(whole.Length > 2 * Received);
        return whole;
    }

    private async Task AssertBrokenOffAsync(string program, string arguments, CutConnection way)
    {
        // wget takes the end of a connection for that of a body whose length it does not know.
        var exitCode = await RunAsync(program, arguments, way);
        Assert.True(exitCode != 0 || program == "wget", $"{program} ended with {exitCode}");
        Assert.InRange(new FileInfo(Saved).Length, 1, Received);
    }

    private async Task AssertResumedAsync(string program, string arguments, CutConnection way, byte[] whole)
    {
        Assert.Equal(0, await RunAsync(program, arguments, way));
        Assert.Contains(way.Requests.Skip(1), request => request.Contains("Range: bytes=", StringComparison.Ordinal));
        Assert.Equal(whole, await File.ReadAllBytesAsync(Saved, Running));
    }

    private string Saved => Path.Join(_folder.Path, "s.zip");

    private async Task<int> RunAsync(string program, string arguments, CutConnection way)
    {
        var url = new Uri(way.Address, $"/v2/key-value-stores/dev~s/records?token={RunningServer.DevelopmentToken}");
        return (await CliWrap.Cli.Wrap(program)
            .WithArguments(string.Format(CultureInfo.InvariantCulture, arguments, Saved, url))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(Running)).ExitCode;
    }
}

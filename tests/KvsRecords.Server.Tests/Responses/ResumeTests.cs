using System.Globalization;
using CliWrap;

namespace KvsRecords.Server.Tests;

/// <summary>A download that was broken off goes on where it stopped, also from a server that was killed and started again.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Received = 700_000;

    private readonly StorageFolder _folder = new();

    // One attempt each: what goes on is the next start of the program, not the program itself.
    public static TheoryData<string, string> Programs => new()
    {
        { "curl", "--silent --fail --continue-at - --output {0} {1}" },
        { "wget", "--quiet --tries=1 --continue --output-document={0} {1}" },
        { "aria2c", "--quiet --no-conf --max-tries=1 --file-allocation=none --continue --dir=/ --out={0} {1}" },
    };

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_client_gets_the_same_bytes_over_a_killed_connection(string program, string arguments)
    {
        Required.Program(program);
        await using var server = await StartAsync();
        var whole = await FillAsync(server);
        await using var way = new CutConnection(server.Address, Received);

        await AssertBrokenOffAsync(program, arguments, way);
        await AssertResumedAsync(program, arguments, way, whole);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_client_gets_the_same_bytes_over_a_killed_server(string program, string arguments)
    {
        Required.Program(program);
        await using var server = await StartAsync();
        var whole = await FillAsync(server);
        await using var way = new CutConnection(server.Address, Received, beforeCut: server.KillAsync);
        await AssertBrokenOffAsync(program, arguments, way);

        await using var next = await StartAsync();
        way.Server = next.Address;
        await AssertResumedAsync(program, arguments, way, whole);
    }

    public void Dispose() => _folder.Dispose();

    private Task<ServerProcess> StartAsync() =>
        ServerProcess.StartAsync(["--data", Path.Join(_folder.Path, "data"), "--port", "0", "--rate-limit", "off"]);

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
        Assert.NotEqual(0, await RunAsync(program, arguments, way));
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

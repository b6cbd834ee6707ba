using CliWrap;
using CliWrap.Buffered;
using Microsoft.AspNetCore.Builder;

namespace KvsRecords.Server.Tests;

/// <summary>A server with three records that faults are tried on, and the clients that people use.</summary>
internal sealed class FaultServer : IAsyncDisposable
{
    public const string Key = "a'(1).txt";

    private FaultServer(OwnServer server, string store) => (Server, Store) = (server, store);

    public OwnServer Server { get; }

    /// <summary>The path of the store <c>dev~shop</c>.</summary>
    public string Store { get; }

    public string Archive => $"{Store}/records";

    public string Record => $"{Store}/records/{Uri.EscapeDataString(Key)}";

    public static async Task<FaultServer> StartAsync(Action<WebApplicationBuilder>? change = null)
    {
        var server = await OwnServer.StartAsync(change: change);
        var store = await server.CreateAsync("shop");
        await server.PutAsync(store, Key, "the first value");
        await server.PutAsync(store, "b", new string('b', 5_000));
        await server.PutAsync(store, "c", "the last value");
        return new FaultServer(server, store);
    }

    public async Task SetAsync(string rules) => await Server.DataAsync(HttpMethod.Put, "/_emulator/faults", json: rules);

    /// <summary>How many requests each rule matched, and how many of them went wrong.</summary>
    public async Task<List<(int Matched, int Applied)>> CountsAsync()
    {
        var faults = await Server.DataAsync(HttpMethod.Get, "/_emulator/faults");
        return [.. faults.EnumerateArray().Select(fault => (fault.GetProperty("matched").GetInt32(), fault.GetProperty("applied").GetInt32()))];
    }

    /// <summary>Ends when so many requests have gone wrong, by the only rule.</summary>
    public async Task AppliedAsync(int requests)
    {
        while ((await CountsAsync())[0].Applied < requests)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    public async Task<int> StatusAsync(string pathAndQuery, HttpMethod? method = null)
    {
        using var response = await Server.SendAsync(method ?? HttpMethod.Get, pathAndQuery);
        return (int)response.StatusCode;
    }

    public async Task<byte[]> BytesAsync(string pathAndQuery)
    {
        using var response = await Server.GetAsync(pathAndQuery);
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What arrives of an answer before it ends or breaks off; a status of 0 where nothing does.</summary>
    public async Task<(int Status, long? Length, byte[] Body, bool IsBroken)> ReadAsync(string pathAndQuery)
    {
        var (status, length) = (0, (long?)null);
        using var received = new MemoryStream();
        try
        {
            using var response = await Server.GetAsync(pathAndQuery);
            (status, length) = ((int)response.StatusCode, response.Content.Headers.ContentLength);
            await response.Content.CopyToAsync(received, TestContext.Current.CancellationToken);
            return (status, length, received.ToArray(), IsBroken: false);
        }
        catch (HttpRequestException)
        {
            return (status, length, received.ToArray(), IsBroken: true);
        }
    }

    /// <summary>curl's exit code.</summary>
    public async Task<int> CurlAsync(string pathAndQuery, params string[] arguments)
    {
        Required.Program("curl");
        return (await RunAsync("curl", ["--silent", "--output", "/dev/null", .. arguments, Url(pathAndQuery)])).ExitCode;
    }

    /// <summary>What Node's <c>fetch</c> makes of a body: its length, or the error's name and cause.</summary>
    public async Task<string> NodeAsync(string pathAndQuery)
    {
        Required.Program("node");
        const string Script =
            "fetch(process.argv[1]).then(r => r.arrayBuffer()).then(b => console.log(b.byteLength))"
            + ".catch(e => console.log(`${e.name} ${e.cause?.code ?? e.message}`))";
        return (await RunAsync("node", ["-e", Script, Url(pathAndQuery)])).StandardOutput.Trim();
    }

    /// <summary>What Python makes of a body: its length, or the name of the exception.</summary>
    public async Task<string> PythonAsync(string pathAndQuery)
    {
        Required.Program("python3");
        const string Script = """
            import sys, urllib.request
            try:
                print(len(urllib.request.urlopen(sys.argv[1]).read()))
            except Exception as e:
                print(type(e).__name__)
            """;
        return (await RunAsync("python3", ["-I", "-c", Script, Url(pathAndQuery)])).StandardOutput.Trim();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private string Url(string pathAndQuery) =>
        new Uri(Server.Address, $"{pathAndQuery}{(pathAndQuery.Contains('?') ? '&' : '?')}token={RunningServer.DevelopmentToken}").AbsoluteUri;

    private static async Task<BufferedCommandResult> RunAsync(string program, string[] arguments) => await CliWrap.Cli.Wrap(program)
        .WithArguments(arguments)
        .WithValidation(CommandResultValidation.None)
        .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}

using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>The blobs of Azurite, on disk. Its package is installed from the npm registry for this run.</summary>
internal sealed class Azurite(string folder, CancellationToken cancel)
{
    public const string Name = "azurite";

    private const string Version = "3.37.0";

    private const string Account = "benchmark";

    // The last one with a signature of so few parts.
    private const string ApiVersion = "2019-12-12";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(64);

    public static async Task<Azurite> PrepareAsync(Bench bench)
    {
        var folder = bench.Scratch(Name);
        var node = await Tool.RunAsync("node", ["--version"], bench.Cancel);
        string[] install = ["install", "--prefix", folder, "--no-package-lock", "--no-audit", "--no-fund", $"{Name}@{Version}"];
        await Tool.RunAsync("npm", install, bench.Cancel);
        bench.Report.About($"{Name}: {Version} on Node {node}, blobs on disk; syncs each body, and never its index");
        return new Azurite(folder, bench.Cancel);
    }

    /// <summary>Starts it with its blobs in a folder.</summary>
    public Task<Server> ServeAsync(string data)
    {
        string[] arguments =
        [
            Path.Combine(folder, "node_modules/azurite/dist/src/blob/main.js"), "--location", data, "--blobPort", "0",
            "--silent", "--loose", "--skipApiVersionCheck", "--disableTelemetry",
        ];
        var start = new ProcessStartInfo("node", arguments) { WorkingDirectory = data };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{Convert.ToBase64String(_key)}";
        return Server.StartAsync(Name, start, "/", cancel);
    }

    /// <summary>Makes a container that anyone may read: without a signature to check, reading is faster.</summary>
    public RecordRequests MakeContainer(Uri origin, string name)
    {
        var (path, query, version) = ($"/{Account}/{name}", $"?{Signature()}", $"x-ms-version: {ApiVersion}\r\n");
        RecordRequests.Create("PUT", new Uri(origin, $"{path}{query}&restype=container"), $"x-ms-blob-public-access: blob\r\n{version}");
        return new RecordRequests(origin, $"{path}/", query, $"x-ms-blob-type: BlockBlob\r\n{version}");
    }

    // The shared access signature of an account that may do everything with containers and blobs.
    private string Signature()
    {
        const string Permissions = "rwdlac", Services = "b", Types = "sco", Expiry = "2100-01-01T00:00:00Z";
        var signed = $"{Account}\n{Permissions}\n{Services}\n{Types}\n\n{Expiry}\n\n\n{ApiVersion}\n";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(signed)));
        return $"sv={ApiVersion}&ss={Services}&srt={Types}&sp={Permissions}&se={Expiry}&sig={Uri.EscapeDataString(signature)}";
    }
}

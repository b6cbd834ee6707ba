using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace KvsRecords.Benchmarks.Contenders;

/// <summary>The blobs of Azurite, on disk. Its package is installed from the npm registry for this run.</summary>
internal sealed class Azurite(string folder)
{
    public const string Name = "azurite";

    private const string Account = "benchmark";

    // The last one with a signature of so few parts.
    private const string ApiVersion = "2019-12-12";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(64);

    public static async Task<Azurite> PrepareAsync(Bench bench, CancellationToken cancel)
    {
        var folder = Tool.CopySource(bench, Name);
        var node = await Tool.RunAsync("node", ["--version"], folder, cancel);
        await Tool.RunAsync("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund"], folder, cancel);
        var version = await Tool.RunAsync("node", ["-p", "require('azurite/package.json').version"], folder, cancel);
        bench.Report.About($"{Name}: {version} on Node {node}, blobs on disk; syncs each body, and never its index");
        return new Azurite(folder);
    }

    /// <param name="data">Where it may keep its blobs.</param>
    public ProcessStartInfo Command(string data) => new(
        "node",
        [
            Path.Combine(folder, "node_modules/azurite/dist/src/blob/main.js"), "--location", data, "--blobPort", "0",
            "--silent", "--loose", "--skipApiVersionCheck", "--disableTelemetry",
        ])
    {
        WorkingDirectory = data,
        Environment = { ["AZURITE_ACCOUNTS"] = $"{Account}:{Convert.ToBase64String(_key)}" },
    };

    /// <summary>Makes a container that anyone may read: without a signature to check, reading is faster.</summary>
    public RecordRequests MakeContainer(Uri origin, string name)
    {
        var query = $"?{Signature()}";
        RecordRequests.Create(
            "PUT", new Uri(origin, $"/{Account}/{name}{query}&restype=container"),
            $"x-ms-blob-public-access: blob\r\nx-ms-version: {ApiVersion}\r\n");
        return new RecordRequests(
            origin, $"/{Account}/{name}/", query, $"x-ms-version: {ApiVersion}\r\n", "x-ms-blob-type: BlockBlob\r\n");
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

using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace KvsRecords.Benchmarks;

/// <summary>The blobs of Azurite.</summary>
internal sealed class AzuritePeer(NodePackages packages) : RecordContender
{
    public const string ShortName = "azurite";

    private const string Account = "benchmark";

    // Of the last kind of signature that is this short.
    private const string ApiVersion = "2019-12-12";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(64);

    public override string Name => ShortName;

    public override string About =>
        $"azurite {packages.VersionOf("azurite")} on Node {packages.NodeVersion}, blobs on disk; "
        + "syncs each body, writes its index every 5 s, and syncs that never";

    public override ProcessStartInfo Command(string folder) => new(
        "node",
        [
            packages.PathIn("azurite", "dist/src/blob/main.js"), "--location", folder, "--blobPort", "0",
            "--silent", "--loose", "--skipApiVersionCheck", "--disableTelemetry",
        ])
    {
        WorkingDirectory = folder,
        Environment = { ["AZURITE_ACCOUNTS"] = $"{Account}:{Convert.ToBase64String(_key)}" },
    };

    /// <summary>A container that anybody may read: it then has no signature to check, which is the faster way.</summary>
    public override async Task<RecordRequests> MakeStoreAsync(Uri origin, string name, CancellationToken cancel)
    {
        var query = $"?{Signature()}";
        await SendAsync(
            HttpMethod.Put,
            new Uri(origin, $"/{Account}/{name}{query}&restype=container"),
            [("x-ms-blob-public-access", "blob"), ("x-ms-version", ApiVersion)],
            cancel);
        return new RecordRequests(
            origin, $"/{Account}/{name}/", query, 201, [$"x-ms-version: {ApiVersion}"], ["x-ms-blob-type: BlockBlob"]);
    }

    public static async Task<RecordContender> PrepareAsync(TempFolder scratch, CancellationToken cancel) =>
        new AzuritePeer(await NodePackages.InstallAsync(scratch, "azurite", cancel));

    // The shared access signature of an account that may do everything with containers and blobs.
    private string Signature()
    {
        const string Permissions = "rwdlac", Services = "b", Types = "sco", Expiry = "2100-01-01T00:00:00Z";
        var signed = $"{Account}\n{Permissions}\n{Services}\n{Types}\n\n{Expiry}\n\n\n{ApiVersion}\n";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(signed)));
        return $"sv={ApiVersion}&ss={Services}&srt={Types}&sp={Permissions}&se={Expiry}&sig={Uri.EscapeDataString(signature)}";
    }
}

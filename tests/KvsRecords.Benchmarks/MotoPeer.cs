using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>The S3 of moto's server.</summary>
internal sealed class MotoPeer(string version) : RecordContender
{
    public const string ShortName = "moto";

    // It looks who asks, and not at the signature.
    private const string Authorization =
        "AWS4-HMAC-SHA256 Credential=benchmark/20240229/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none";

    public override string Name => ShortName;

    public override string About => $"moto_server {version}, S3; keeps everything in its memory, and syncs nothing";

    public override ProcessStartInfo Command(string folder) =>
        new("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]) { WorkingDirectory = folder };

    public override async Task<RecordRequests> MakeStoreAsync(Uri origin, string name, CancellationToken cancel)
    {
        await SendAsync(HttpMethod.Put, new Uri(origin, $"/{name}"), [("Authorization", Authorization)], cancel);
        return new RecordRequests(origin, $"/{name}/", "", 200, [$"Authorization: {Authorization}"], []);
    }

    public static async Task<RecordContender> PrepareAsync(TempFolder scratch, CancellationToken cancel)
    {
        const string Version = "import moto, moto.server; print(moto.__version__)";
        return new MotoPeer(await Tool.RunAsync("python3", ["-c", Version], scratch.Path, cancel));
    }
}

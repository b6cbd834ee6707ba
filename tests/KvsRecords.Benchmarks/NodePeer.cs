using System.Diagnostics;
using System.Text.Json;

namespace KvsRecords.Benchmarks;

/// <summary>Node's archiver behind node:http.</summary>
internal sealed class NodePeer(string script, string nodeVersion, string archiverVersion) : Contender
{
    public const string ShortName = "node";

    public override string Name => ShortName;

    public override string About => $"Node {nodeVersion}, archiver {archiverVersion}, its default level";

    public override ProcessStartInfo Command(DataSet set) => new("node", [script, set.Folder, "0"]);

    public static async Task<Contender> PrepareAsync(TempFolder scratch, CancellationToken cancel)
    {
        var source = PeerSource.CopyTo(scratch, "node");
        var version = await Tool.RunAsync("node", ["--version"], source, cancel);
        await Tool.RunAsync("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund"], source, cancel);
        return new NodePeer(Path.Combine(source, "server.js"), version, ArchiverVersion(source));
    }

    private static string ArchiverVersion(string source)
    {
        var package = Path.Combine(source, "node_modules", "archiver", "package.json");
        using var json = JsonDocument.Parse(File.ReadAllBytes(package));
        return json.RootElement.GetProperty("version").GetString()!;
    }
}

using System.Text.Json;

namespace KvsRecords.Benchmarks;

/// <summary>The packages of a peer that Node runs: installed from the npm registry for this run, next to a copy of its source.</summary>
internal sealed class NodePackages(string folder, string nodeVersion)
{
    public string Folder => folder;

    public string NodeVersion => nodeVersion;

    public static async Task<NodePackages> InstallAsync(TempFolder scratch, string peer, CancellationToken cancel)
    {
        var folder = PeerSource.CopyTo(scratch, peer);
        var version = await Tool.RunAsync("node", ["--version"], folder, cancel);
        await Tool.RunAsync("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund"], folder, cancel);
        return new NodePackages(folder, version);
    }

    public string PathIn(string package, string file) => Path.Combine(folder, "node_modules", package, file);

    public string VersionOf(string package)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(PathIn(package, "package.json")));
        return json.RootElement.GetProperty("version").GetString()!;
    }
}

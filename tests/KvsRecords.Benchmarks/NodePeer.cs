using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>Node's archiver behind node:http.</summary>
internal sealed class NodePeer(NodePackages packages) : ArchiveContender
{
    public const string ShortName = "node";

    public override string Name => ShortName;

    public override string About => $"Node {packages.NodeVersion}, archiver {packages.VersionOf("archiver")}, its default level";

    public override ProcessStartInfo Command(DataSet set) =>
        new("node", [Path.Combine(packages.Folder, "server.js"), set.Folder, "0"]);

    public static async Task<ArchiveContender> PrepareAsync(TempFolder scratch, CancellationToken cancel) =>
        new NodePeer(await NodePackages.InstallAsync(scratch, "node", cancel));
}

using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>Node's archiver behind node:http.</summary>
internal sealed class NodePeer(NodePackages packages, int? level) : ArchiveProgram
{
    public const string ShortName = "node";

    public override string Name => ShortName;

    public override string About =>
        $"Node {packages.NodeVersion}, archiver {packages.VersionOf("archiver")}, {(level is null ? "its default level" : $"level {level}")}";

    public override ProcessStartInfo Command(DataSet set) =>
        new("node", [Path.Combine(packages.Folder, "server.js"), set.Folder, "0", .. Level.Of(level)]);

    public static async Task<ArchiveContender> PrepareAsync(int? level, TempFolder scratch, CancellationToken cancel) =>
        new NodePeer(await NodePackages.InstallAsync(scratch, "node", cancel), level);
}

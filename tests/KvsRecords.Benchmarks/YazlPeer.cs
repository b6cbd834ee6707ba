using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>Node's yazl behind node:http.</summary>
internal sealed class YazlPeer(NodePackages packages, int level) : ArchiveProgram
{
    public const string ShortName = "yazl";

    public override string Name => ShortName;

    public override string About => $"Node {packages.NodeVersion}, yazl {packages.VersionOf("yazl")}, level {level}";

    public override ProcessStartInfo Command(DataSet set) =>
        new("node", [Path.Combine(packages.Folder, "server.js"), set.Folder, "0", $"{level}"]);

    public static async Task<ArchiveContender> PrepareAsync(int level, TempFolder scratch, CancellationToken cancel) =>
        new YazlPeer(await NodePackages.InstallAsync(scratch, "yazl", cancel), level);
}

using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>Go's archive/zip behind net/http.</summary>
internal sealed class GoPeer(string executable, string version, int? level) : ArchiveProgram
{
    public const string ShortName = "go";

    public override string Name => ShortName;

    public override string About => $"{version}, archive/zip, {(level is null ? "its default level" : $"level {level}")}";

    public override ProcessStartInfo Command(DataSet set) => new(executable, [set.Folder, "0", .. Level.Of(level)]);

    public static async Task<ArchiveContender> PrepareAsync(int? level, TempFolder scratch, CancellationToken cancel)
    {
        var source = PeerSource.CopyTo(scratch, "go");
        var executable = scratch.Inside("zipfolder");
        var version = await Tool.RunAsync("go", ["env", "GOVERSION"], source, cancel);
        await Tool.RunAsync("go", ["build", "-o", executable, "."], source, cancel);
        return new GoPeer(executable, version, level);
    }
}

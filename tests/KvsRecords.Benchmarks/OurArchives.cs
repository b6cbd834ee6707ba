using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>The kvs-records server over a live folder.</summary>
internal sealed class OurArchives(OurProgram program) : ArchiveProgram
{
    public override string Name => OurProgram.ShortName;

    public override string About => program.Version;

    public override ProcessStartInfo Command(DataSet set) => program.Serve("--storage", set.Storage);

    public override Uri Archive(Uri origin, DataSet set) => new(origin, $"/v2/key-value-stores/dev~{set.Name}/records");
}

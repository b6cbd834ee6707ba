using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>A program that serves a set as a ZIP: what to start for it, and where it then answers.</summary>
internal abstract class ArchiveProgram : ArchiveContender
{
    public abstract ProcessStartInfo Command(DataSet set);

    public virtual Uri Archive(Uri origin, DataSet set) => origin;

    public override async Task<ArchiveServer> StartAsync(DataSet set, CancellationToken cancel)
    {
        var process = await ServerProcess.StartAsync(Command(set), cancel);
        return new ArchiveServer(Name, process, Archive(process.Origin, set));
    }
}

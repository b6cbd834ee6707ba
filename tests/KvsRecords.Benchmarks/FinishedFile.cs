namespace KvsRecords.Benchmarks;

/// <summary>ASP.NET Core's own way to send a file, for the archive that ours made, in the very process of ours.</summary>
internal sealed class FinishedFile(OurSplicedArchives ours) : ArchiveContender
{
    public const string ShortName = "file";

    public override string Name => ShortName;

    public override string About => "the same archive by Results.File, in the process of ours";

    public static ArchiveContender Prepare(OurProgram program, OurSplicedArchives ours) => program.RunsHooks
        ? new FinishedFile(ours)
        : throw new NotHereException("the server is a single file, which nothing can be added to");

    public override Task<ArchiveServer> StartAsync(DataSet set, CancellationToken cancel) => Task.FromResult(ours.ServeFinished(Name));
}

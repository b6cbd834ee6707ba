namespace KvsRecords.Benchmarks;

/// <summary>Something that serves a set as a ZIP.</summary>
internal abstract class ArchiveContender : Contender
{
    public abstract Task<ArchiveServer> StartAsync(DataSet set, CancellationToken cancel);
}

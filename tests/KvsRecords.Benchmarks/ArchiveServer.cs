namespace KvsRecords.Benchmarks;

/// <summary>A server that serves one set as a ZIP; a guest does it in the process of another one, who ends it.</summary>
internal sealed class ArchiveServer(string name, ServerProcess process, Uri archive, bool isGuest = false) : IParticipant
{
    public string Name => name;

    public Uri Archive => archive;

    public ProcessFigures Figures => process.Figures;

    public static Task<Field<ArchiveServer>> StartAsync(
        IEnumerable<ArchiveContender> contenders, DataSet set, Report report, CancellationToken cancel) =>
        Field<ArchiveServer>.StartAsync(contenders, contender => contender.StartAsync(set, cancel), set.Name, report, cancel);

    public ValueTask DisposeAsync() => isGuest ? ValueTask.CompletedTask : process.DisposeAsync();
}

namespace KvsRecords.Benchmarks;

/// <summary>A server that serves one set as a ZIP.</summary>
internal sealed class ArchiveServer(string name, ServerProcess process, Uri archive) : IParticipant
{
    public string Name => name;

    public Uri Archive => archive;

    public ProcessFigures Figures => process.Figures;

    public static Task<Field<ArchiveServer>> StartAsync(
        IEnumerable<ArchiveContender> contenders, DataSet set, Report report, CancellationToken cancel)
    {
        return Field<ArchiveServer>.StartAsync(contenders, StartAsync, set.Name, report, cancel);

        async Task<ArchiveServer> StartAsync(ArchiveContender contender)
        {
            var process = await ServerProcess.StartAsync(contender.Command(set), cancel);
            return new ArchiveServer(contender.Name, process, contender.Archive(process.Origin, set));
        }
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}

namespace KvsRecords.Benchmarks;

/// <summary>A contender's server, running.</summary>
internal interface IParticipant : IAsyncDisposable
{
    string Name { get; }
}

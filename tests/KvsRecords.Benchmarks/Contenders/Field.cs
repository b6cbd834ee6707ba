namespace KvsRecords.Benchmarks.Contenders;

/// <summary>The servers of one comparison, which end with it.</summary>
internal sealed class Field : List<Server>, IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        foreach (var server in this)
            await server.DisposeAsync();
    }
}

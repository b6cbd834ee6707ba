namespace KvsRecords.Benchmarks;

/// <summary>The servers that take part in one measurement. Who fails drops out, and the others go on.</summary>
internal sealed class Field(DataSet set, Report report, CancellationToken cancel) : IAsyncDisposable
{
    private readonly List<ServerProcess> _servers = [];

    public static async Task<Field> StartAsync(IEnumerable<Contender> contenders, DataSet set, Report report, CancellationToken cancel)
    {
        var field = new Field(set, report, cancel);
        try
        {
            foreach (var contender in contenders)
                await field.TryAsync(contender, async () => field._servers.Add(await ServerProcess.StartAsync(contender, set, cancel)));
            return field;
        }
        catch
        {
            await field.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<Contender> Contenders => [.. _servers.Select(server => server.Contender)];

    /// <summary>Lets each have its turn, another one first in each round.</summary>
    public async Task EachAsync(int round, Func<ServerProcess, Task> turn)
    {
        var order = _servers.Select((_, i) => _servers[(i + round) % _servers.Count]).ToArray();
        foreach (var server in order)
        {
            if (!await TryAsync(server.Contender, () => turn(server)))
            {
                _servers.Remove(server);
                await server.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    private async Task<bool> TryAsync(Contender contender, Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (Exception failure) when (IsTheirs(failure))
        {
            report.Fail($"{contender.Name}, {set.Name}: {failure.Message}");
            return false;
        }
    }

    // Ctrl-C ends the servers too, and that is no failure of theirs.
    private bool IsTheirs(Exception failure) =>
        !cancel.IsCancellationRequested && failure is BenchmarkException or HttpRequestException or IOException;
}

namespace KvsRecords.Benchmarks;

/// <summary>The servers that take part in one measurement. Who fails drops out, and the others go on.</summary>
internal sealed class Field<T>(string what, Report report, CancellationToken cancel) : IAsyncDisposable
    where T : IParticipant
{
    private readonly List<T> _participants = [];

    public IReadOnlyList<string> Names => [.. _participants.Select(participant => participant.Name)];

    public static async Task<Field<T>> StartAsync<TContender>(
        IEnumerable<TContender> contenders, Func<TContender, Task<T>> start, string what, Report report, CancellationToken cancel)
        where TContender : Contender
    {
        var field = new Field<T>(what, report, cancel);
        try
        {
            foreach (var contender in contenders)
                await field.TryAsync(contender.Name, async () => field._participants.Add(await start(contender)));
            return field;
        }
        catch
        {
            await field.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets each have its turn, another one first in each round.</summary>
    public async Task EachAsync(int round, Func<T, Task> turn)
    {
        var order = _participants.Select((_, i) => _participants[(i + round) % _participants.Count]).ToArray();
        foreach (var participant in order)
        {
            if (!await TryAsync(participant.Name, () => turn(participant)))
            {
                _participants.Remove(participant);
                await participant.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var participant in _participants)
            await participant.DisposeAsync();
    }

    private async Task<bool> TryAsync(string name, Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (Exception failure) when (IsTheirs(failure))
        {
            report.Fail($"{name}, {what}: {failure.Message}");
            return false;
        }
    }

    // Ctrl-C ends the servers too, and that is no failure of theirs.
    private bool IsTheirs(Exception failure) =>
        !cancel.IsCancellationRequested && failure is BenchmarkException or HttpRequestException or IOException;
}

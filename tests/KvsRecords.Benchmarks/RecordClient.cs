namespace KvsRecords.Benchmarks;

/// <summary>One client of a record store. It looks at every answer.</summary>
internal sealed class RecordClient(RecordStore store) : IDisposable
{
    private readonly Connection _connection = new(store.Requests.Origin);
    private readonly byte[] _request = new byte[1 << 16];

    public RecordStore Store => store;

    public Random Random { get; } = new();

    public void Write(long number)
    {
        var length = store.Requests.Put(_request, RecordStore.Key(number), store.Body(number));
        var answer = _connection.Ask(_request.AsSpan(0, length));
        if (answer.Status != store.Requests.Created)
            throw new BenchmarkException($"a write was answered with {answer.Status}: {answer.Text}");
    }

    public void Read(long number)
    {
        var length = store.Requests.Get(_request, RecordStore.Key(number));
        var answer = _connection.Ask(_request.AsSpan(0, length));
        if (answer.Status != 200)
            throw new BenchmarkException($"a read was answered with {answer.Status}: {answer.Text}");
        if (!answer.Body.SequenceEqual(store.Body(number)))
            throw new BenchmarkException("a record was read that is not the one that was written");
    }

    public void Dispose() => _connection.Dispose();
}

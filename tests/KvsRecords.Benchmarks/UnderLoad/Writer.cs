using System.Text;

namespace KvsRecords.Benchmarks.UnderLoad;

/// <summary>One client who writes records.</summary>
internal sealed class Writer(Uri origin) : IDisposable
{
    private readonly Connection _connection = new(origin);
    private readonly byte[] _request = new byte[1 << 19];
    private readonly RecordRequests _requests =
        new(origin, $"{WrittenStore.Path}/", "", 201, [$"Authorization: Bearer {OurProgram.Token}"], []);

    /// <summary>Makes the store, and all of its records.</summary>
    public void Fill(WrittenStore store)
    {
        var made = _connection.Ask(Encoding.ASCII.GetBytes(
            $"POST /v2/key-value-stores?name={WrittenStore.Name} HTTP/1.1\r\nHost: {origin.Authority}\r\n"
            + $"Authorization: Bearer {OurProgram.Token}\r\nContent-Length: 0\r\n\r\n"));
        if (made.Status != 201)
            throw new BenchmarkException($"the store was answered with {made.Status}: {made.Text}");
        for (var number = 0; number < WrittenStore.Records; number++)
            Write(store, number);
    }

    public void Write(WrittenStore store, int number) => store.Write(number, Put);

    public void Dispose() => _connection.Dispose();

    private void Put(string key, byte[] body)
    {
        var answer = _connection.Ask(_request.AsSpan(0, _requests.Put(_request, key, body)));
        if (answer.Status != _requests.Created)
            throw new BenchmarkException($"a write was answered with {answer.Status}: {answer.Text}");
    }
}

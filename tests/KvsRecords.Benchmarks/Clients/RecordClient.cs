using System.Text;
using System.Text.Unicode;

namespace KvsRecords.Benchmarks.Clients;

/// <summary>
/// The way to ask for the records of one store. The path is the one before the key, the query (with its question mark) that of a write,
/// and each of the headers has its line end.
/// </summary>
internal sealed record RecordRequests(Uri Origin, string Path, string Query, string Headers)
{
    /// <summary>Makes a managed store of ours.</summary>
    public static RecordRequests OfOurs(Uri origin, string store)
    {
        var headers = $"Authorization: Bearer {Ours.Token}\r\n";
        Create("POST", new Uri(origin, $"/v2/key-value-stores?name={store}"), headers);
        return new RecordRequests(origin, $"{Ours.Archive(store)}/", "", headers);
    }

    /// <summary>Sends a request that makes a store.</summary>
    public static void Create(string method, Uri uri, string headers)
    {
        using var connection = new Connection(uri);
        var request = $"{method} {uri.PathAndQuery} HTTP/1.1\r\nHost: {uri.Authority}\r\nContent-Length: 0\r\n{headers}\r\n";
        var (status, _) = connection.Ask(Encoding.ASCII.GetBytes(request));
        if (status != 201)
            throw new BenchmarkException($"{uri.AbsolutePath} was answered with {status}");
    }

    /// <summary>Returns the key of a number: neighbours get keys far apart, as keys are that are hashes of URLs.</summary>
    public static string Key(long number) => $"{unchecked((ulong)number * 0x9E37_79B9_7F4A_7C15):x16}";
}

/// <summary>A client that writes and reads records, and looks at every answer; writing a request costs it next to nothing.</summary>
internal sealed class RecordClient(RecordRequests requests) : IDisposable
{
    private readonly Connection _connection = new(requests.Origin);
    private readonly byte[] _request = new byte[1 << 19];
    private readonly MemoryStream _answer = new();
    private readonly string _rest = $" HTTP/1.1\r\nHost: {requests.Origin.Authority}\r\n{requests.Headers}";

    public void Write(string key, ReadOnlySpan<byte> body)
    {
        const string Type = "Content-Type: application/json; charset=utf-8\r\n";
        Utf8.TryWrite(
            _request, $"PUT {requests.Path}{key}{requests.Query}{_rest}{Type}Content-Length: {body.Length}\r\n\r\n", out var head);
        body.CopyTo(_request.AsSpan(head));
        Ask(head + body.Length, 201);
    }

    /// <exception cref="BenchmarkException">It is not the body that was expected.</exception>
    public void Read(string key, ReadOnlySpan<byte> expected)
    {
        Utf8.TryWrite(_request, $"GET {requests.Path}{key}{_rest}\r\n", out var head);
        Ask(head, 200);
        if (!_answer.GetBuffer().AsSpan(0, (int)_answer.Length).SequenceEqual(expected))
            throw new BenchmarkException("a record was read that is not the one that was written");
    }

    public void Dispose() => _connection.Dispose();

    private void Ask(int length, int expected)
    {
        _answer.SetLength(0);
        var (status, _) = _connection.Ask(_request.AsSpan(0, length), _answer.Write);
        if (status != expected)
            throw new BenchmarkException($"a record was answered with {status}: {Encoding.UTF8.GetString(_answer.ToArray())}");
    }
}

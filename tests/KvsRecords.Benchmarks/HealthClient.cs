using System.Diagnostics;
using System.Text;

namespace KvsRecords.Benchmarks;

/// <summary>Somebody who asks whether the server is well.</summary>
internal sealed class HealthClient(Uri origin) : IDisposable
{
    private readonly Connection _connection = new(origin);

    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET /_emulator/health HTTP/1.1\r\nHost: {origin.Authority}\r\n\r\n");

    /// <returns>Milliseconds until the answer was there.</returns>
    public double Ask()
    {
        var start = Stopwatch.GetTimestamp();
        var answer = _connection.Ask(_request);
        return answer.Status == 200
            ? Stopwatch.GetElapsedTime(start).TotalMilliseconds
            : throw new BenchmarkException($"the server is not well: {answer.Status}: {answer.Text}");
    }

    public void Dispose() => _connection.Dispose();
}

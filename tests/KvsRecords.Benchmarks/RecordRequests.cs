using System.Text.Unicode;

namespace KvsRecords.Benchmarks;

/// <summary>The requests for the records of one store. A request is written as bytes: making it is to cost next to nothing.</summary>
/// <param name="Origin">Where the server answers.</param>
/// <param name="Path">What stands before the key.</param>
/// <param name="Query">What stands behind the key, from the question mark on, when a record is written.</param>
/// <param name="Created">The status of a write that has been done.</param>
/// <param name="Headers">Those of every request.</param>
/// <param name="WriteHeaders">Those of a write, besides.</param>
internal sealed record RecordRequests(Uri Origin, string Path, string Query, int Created, string[] Headers, string[] WriteHeaders)
{
    private readonly string _both = Lines([$"Host: {Origin.Authority}", .. Headers]);

    private readonly string _write = Lines(["Content-Type: application/json; charset=utf-8", .. WriteHeaders]);

    /// <returns>How much of the buffer the request takes.</returns>
    public int Put(Span<byte> buffer, string key, ReadOnlySpan<byte> body)
    {
        Utf8.TryWrite(buffer, $"PUT {Path}{key}{Query} HTTP/1.1\r\n{_both}{_write}Content-Length: {body.Length}\r\n\r\n", out var head);
        body.CopyTo(buffer[head..]);
        return head + body.Length;
    }

    /// <inheritdoc cref="Put"/>
    public int Get(Span<byte> buffer, string key)
    {
        Utf8.TryWrite(buffer, $"GET {Path}{key} HTTP/1.1\r\n{_both}\r\n", out var head);
        return head;
    }

    private static string Lines(IEnumerable<string> headers) => string.Concat(headers.Select(header => $"{header}\r\n"));
}

using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace KvsRecords.Benchmarks.LiveFolder;

/// <summary>Asks for records and pages of keys, one after the other, and looks at every answer.</summary>
internal sealed class FolderClient(Uri origin) : IDisposable
{
    private const int PageSize = 1_000;

    private readonly Connection _connection = new(origin);

    /// <summary>Milliseconds for one record from the middle of a store.</summary>
    public double Record(FolderStore store)
    {
        var number = store.Records / 2;
        var (body, time) = Ask(store, $"records/{FolderStore.Key(number)}");
        return body == $$"""{"number":{{number}}}""" ? time : throw new BenchmarkException($"a record is '{body}'");
    }

    /// <summary>Milliseconds for a page of keys from the middle of a store.</summary>
    public double Page(FolderStore store)
    {
        var first = Math.Max(0, Math.Min(store.Records / 2, store.Records - PageSize));
        var (body, time) = Ask(store, $"keys?limit={PageSize}{(first == 0 ? "" : $"&exclusiveStartKey={FolderStore.Key(first - 1)}")}");
        using var page = JsonDocument.Parse(body);
        var keys = page.RootElement.GetProperty("data").GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetString());
        return keys.SequenceEqual(Enumerable.Range(first, Math.Min(PageSize, store.Records)).Select(FolderStore.Key))
            ? time
            : throw new BenchmarkException("a page does not list the keys that it should");
    }

    public void Dispose() => _connection.Dispose();

    private (string Body, double Time) Ask(FolderStore store, string what)
    {
        var request = Encoding.ASCII.GetBytes(
            $"GET /v2/key-value-stores/dev~{store.Name}/{what} HTTP/1.1\r\nHost: {origin.Authority}\r\nAuthorization: Bearer {OurProgram.Token}\r\n\r\n");
        var start = Stopwatch.GetTimestamp();
        var answer = _connection.Ask(request);
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return answer.Status == 200 ? (answer.Text, time) : throw new BenchmarkException($"{what} was answered with {answer.Status}: {answer.Text}");
    }
}

using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace KvsRecords.Benchmarks;

/// <summary>Whether a page of keys costs the same in a small store and in a large one, wherever in it the page is.</summary>
internal sealed class ListingTimer(OurProgram ours, Settings settings, TempFolder scratch)
{
    private const int PageSize = 1_000;

    private const int WarmUps = 20;

    private readonly int _runs = settings.Quick ? 5 : 101;

    private readonly ListedStore _small = new("small", settings.Quick ? 1_500 : 10_000);

    private readonly ListedStore _large = new("large", settings.Quick ? 3_000 : 1_000_000);

    public async Task RunAsync(Report report, CancellationToken cancel)
    {
        Report.Progress($"listing: making stores of {_small.Records:N0} and {_large.Records:N0} records");
        var folder = scratch.Inside("listing");
        await ListedStore.FillAsync(folder, [_small, _large], cancel);

        await using var server = await ServerProcess.StartAsync(ours.Serve("--data", folder, "--log-level", "warning"), cancel);
        using var client = new Connection(server.Origin);
        var table = new Table(
            $"Listing {PageSize:N0} keys, medians of {_runs}",
            "<where", $"ms of {_small.Records:N0}", $"ms of {_large.Records:N0}", "large / small", "<target");
        var worst = 0d;
        foreach (var (where, share) in new[] { ("start", 0d), ("middle", 0.5), ("end", 1) })
        {
            Report.Progress($"listing: {where}");
            var (small, large) = await Task.Run(() => Measure(client, server.Origin, share, cancel), cancel);
            worst = Math.Max(worst, large / small);
            table.Row(where, $"{small:N2}", $"{large:N2}", $"{large / small:N2}", Target.Listing.Bound);
        }
        report.Add(table);
        report.Measured(Target.Listing, worst);
    }

    private (double Small, double Large) Measure(Connection client, Uri origin, double share, CancellationToken cancel)
    {
        var (small, large) = (new List<double>(), new List<double>());
        for (var run = -WarmUps; run < _runs; run++)
        {
            cancel.ThrowIfCancellationRequested();
            // Another one first each time.
            foreach (var (store, times) in run % 2 == 0 ? [(_small, small), (_large, large)] : new[] { (_large, large), (_small, small) })
            {
                var time = Time(client, origin, store, first: (int)(share * (store.Records - PageSize)));
                if (run >= 0)
                    times.Add(time);
            }
        }
        return (Median.Of(small), Median.Of(large));
    }

    private static double Time(Connection client, Uri origin, ListedStore store, int first)
    {
        var after = first == 0 ? "" : $"&exclusiveStartKey={ListedStore.Key(first - 1)}";
        var request = Encoding.ASCII.GetBytes(
            $"GET /v2/key-value-stores/dev~{store.Name}/keys?limit={PageSize}{after} HTTP/1.1\r\n"
            + $"Host: {origin.Authority}\r\nAuthorization: Bearer {OurProgram.Token}\r\n\r\n");
        var start = Stopwatch.GetTimestamp();
        var answer = client.Ask(request);
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Check(answer, first);
        return time;
    }

    private static void Check(Answer answer, int first)
    {
        if (answer.Status != 200)
            throw new BenchmarkException($"the list of keys was answered with {answer.Status}: {answer.Text}");
        using var page = JsonDocument.Parse(answer.Body.ToArray());
        var keys = page.RootElement.GetProperty("data").GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetString());
        if (!keys.SequenceEqual(Enumerable.Range(first, PageSize).Select(ListedStore.Key)))
            throw new BenchmarkException("a page does not list the keys that it should");
    }
}

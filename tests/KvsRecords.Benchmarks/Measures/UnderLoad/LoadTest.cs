using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace KvsRecords.Benchmarks.Measures.UnderLoad;

/// <summary>
/// Many downloads at once beside writers: a third so slow that one archive takes all the time, a third of half an archive, a third of whole
/// ones. It fails when an archive is wrong or something stays open afterwards; memory and health are only reported.
/// </summary>
internal sealed class LoadTest(Bench bench)
{
    // Small, so that bytes that have not been read yet wait at the server and not at the client.
    private const int Window = 1 << 14;

    private readonly int _clients = bench.Settings.Quick ? 48 : 500;
    private readonly int _writers = bench.Settings.Quick ? 4 : 16;
    private readonly TimeSpan _time = TimeSpan.FromSeconds(bench.Settings.Seconds);
    private readonly WrittenStore _store = new();
    private readonly ConcurrentQueue<string> _faults = [];
    private int _whole;
    private int _halves;
    private int _now;
    private int _most;

    public async Task RunAsync()
    {
        var data = bench.Scratch("under-load");
        await using (var server = await bench.Ours.ServeAsync(Ours.Archive(WrittenStore.Name), "--data", data))
            await RunAsync(server);
        _ = await Tool.RunAsync(bench.Ours.Executable.FullName, ["verify", "--data", data], bench.Cancel);
    }

    private async Task RunAsync(Server server)
    {
        Report.Progress($"load: {_clients} downloads and {_writers} writers for {_time.TotalSeconds:N0} s");
        var requests = RecordRequests.OfOurs(server.Address, WrittenStore.Name);
        using (var client = new RecordClient(requests))
            Enumerable.Range(0, WrittenStore.Records).ToList().ForEach(number => _store.Write(number, client));
        server.Time();
        var (idle, before) = (await server.RestAsync(), server.OpenFiles());

        using var over = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancel);
        var health = AskForHealthAsync(new Uri(server.Address, "/_emulator/health"), over.Token);
        // The clients run only when no thread of the server wants to, since they would be on other machines. A worse "nice" is not enough:
        // so many of them weigh more than one server.
        await Tool.RunAsync("chrt", ["--idle", "--all-tasks", "--pid", "0", $"{Environment.ProcessId}"], bench.Cancel);
        var begin = Stopwatch.GetTimestamp();
        var writing = StartClients(_writers, writer => Write(requests, writer, over.Token));
        await StartClients(_clients, client => Download(server.Address, client, begin));
        await over.CancelAsync();
        var (healths, writes) = (await health, (await writing).Sum());

        // Versions that were replaced while they were downloaded are removed first.
        await server.QuietAsync(seconds: 60);
        Add(healths, writes, idle, server.ResidentMemory().Peak, before, server.OpenFiles());
    }

    private void Add(double[] healths, int writes, double idle, double peak, OpenFiles before, OpenFiles after)
    {
        var table = new Table($"{_clients} downloads, {_writers} writers, {_time.TotalSeconds:N0} s", "<what", "<measured", "<asked for");
        table.Row("downloads at one time, at most", $"{_most:N0}", $"{_clients}");
        table.Row("whole archives, all of them right", $"{_whole:N0}", "each");
        table.Row("left half-way", $"{_halves:N0}", "");
        table.Row("writes, each answered when it was on the disk", $"{writes:N0}, {writes / _time.TotalSeconds:N0} a second", "");
        table.Row(
            "health: median, 99 of 100, longest of all",
            $"{Median.Of(healths):N1} ms, {healths.Order().ElementAt(99 * healths.Length / 100):N1} ms, {healths.Max():N1} ms",
            bench.Report.AtMost("health under load", healths.Max(), 100, " ms"));
        table.Row(
            "resident memory: before, at most", $"{idle:N0} MB, {peak:N0} MB", bench.Report.AtMost("memory under load", peak, 450, " MB"));
        table.Row("open files: before, after", $"{before}, {after}", "no socket and no deleted file more");
        bench.Report.Add(table);
        foreach (var fault in _faults.Distinct().Take(5))
            bench.Report.Fail($"load: {fault}");
        if (after.Sockets > before.Sockets || after.Deleted > before.Deleted)
            bench.Report.Fail($"load: open were {before} before, and {after} afterwards");
    }

    // In this process the question would also wait until each thread of a client has been stopped for the garbage collector.
    private static async Task<double[]> AskForHealthAsync(Uri health, CancellationToken over)
    {
        // Fifty times a second. Only what is an error is not held back until there is more of it.
        string[] arguments =
            ["-sf", "--fail-early", "--rate", "50/s", "-o", "/dev/null", "-w", "%{stderr}%{http_code} %{time_total}\n", $"{health}?[1-1000000]"];
        using var curl = Process.Start(new ProcessStartInfo("curl", arguments) { RedirectStandardError = true })!;
        await using var stop = over.Register(curl.Kill);
        var answers = (await curl.StandardError.ReadToEndAsync(CancellationToken.None)).Split('\n');
        // The first one takes the time of a new connection, and the last may not be whole.
        return [.. answers[1..^1].Select(answer => answer.StartsWith("200 ", StringComparison.Ordinal)
            ? 1e3 * double.Parse(answer[4..], CultureInfo.InvariantCulture)
            : throw new BenchmarkException($"health was answered with {answer}"))];
    }

    private static Task<int[]> StartClients(int count, Func<int, int> work) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(number => Crowd.OnThreadAsync(() => work(number))));

    private int Write(RecordRequests requests, int writer, CancellationToken over)
    {
        using var client = new RecordClient(requests);
        var (random, writes) = (new Random(writer), 0);
        for (; !over.IsCancellationRequested; writes++)
            _store.Write(WrittenStore.Draw(random, writer, _writers), client);
        return writes;
    }

    private int Download(Uri archive, int number, long begin)
    {
        var (random, downloads) = (new Random(number), 0);
        using var client = new Connection(archive, Window);
        for (var left = _time; left > TimeSpan.Zero || downloads == 0; left = _time - Stopwatch.GetElapsedTime(begin), downloads++)
        {
            // A client that is not slow takes up to 40 seconds, each time another time.
            var pace = number % 3 == 0 ? left : random.NextDouble() * TimeSpan.FromSeconds(Math.Min(40, left.TotalSeconds));
            try
            {
                Download(client, Connection.Get(archive), pace, half: number % 3 == 1);
            }
            catch (Exception failure) when (BenchmarkException.IsOfServer(failure))
            {
                _faults.Enqueue(failure.Message);
                client.Dispose();
            }
        }
        return downloads;
    }

    private void Download(Connection client, byte[] request, TimeSpan pace, bool half)
    {
        var atLeast = _store.Answered;
        client.Connect();
        var start = Stopwatch.GetTimestamp();
        var (status, length) = client.Send(request);
        var atMost = _store.Begun;
        if (status != 200)
            throw new BenchmarkException($"an archive was answered with {status}");
        Count(1);
        var (archive, received) = (new byte[length!.Value], 0);
        client.Read(length, Take);
        Count(-1);
        if (half)
            Interlocked.Increment(ref _halves);
        else if (_store.Fault(archive, atLeast, atMost) is { } fault)
            _faults.Enqueue(fault);
        else
            Interlocked.Increment(ref _whole);

        void Take(ReadOnlySpan<byte> piece)
        {
            piece.CopyTo(archive.AsSpan(received));
            received += piece.Length;
            var ahead = (pace * ((double)received / archive.Length)) - Stopwatch.GetElapsedTime(start);
            // Shorter waits would only cost time of the processor that all share.
            if (ahead > TimeSpan.FromMilliseconds(10))
                bench.Cancel.WaitHandle.WaitOne(ahead);
            bench.Cancel.ThrowIfCancellationRequested();
            if (half && received >= archive.Length / 2)
                client.Dispose();
        }
    }

    private void Count(int change)
    {
        lock (_faults)
            _most = Math.Max(_most, _now += change);
    }
}

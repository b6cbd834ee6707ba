using System.Diagnostics;

namespace KvsRecords.Benchmarks.Measures;

/// <summary>Records written and read in a second, beside Azurite.</summary>
internal static class Records
{
    public static async Task RunAsync(Bench bench, CancellationToken cancel)
    {
        var table = new Table(
            $"Records a second, medians of {bench.Settings.Rounds} rounds",
            "<what", "<body", "clients", Ours.Name, Azurite.Name, $"{Ours.Name} ÷ {Azurite.Name}", "<asked for");
        await RunAsync(bench, table, "200 B", Bodies.ShortProduct, cancel);
        await RunAsync(bench, table, "20 kB", (random, number) => Bodies.Product(random, number, 19_700), cancel);
        bench.Report.Add(table);
    }

    private static async Task RunAsync(Bench bench, Table table, string size, Func<Random, int, byte[]> make, CancellationToken cancel)
    {
        Report.Progress($"records of {size}: filling the stores");
        var random = new Random(20_240_229);
        // So many that none is sent twice in a row; the same for all contenders.
        byte[][] bodies = [.. Enumerable.Range(0, 251).Select(number => make(random, number))];
        await using var field = new Field();
        var stores = new List<Store> { await EnterAsync(Ours.Name, data => bench.Ours.Managed(data), RecordRequests.OfOurs) };
        if (await bench.FindAsync(Azurite.Name, Azurite.PrepareAsync, cancel) is { } azurite)
            stores.Add(await EnterAsync(Azurite.Name, azurite.Command, azurite.MakeContainer));

        foreach (var isWrite in new[] { true, false })
        {
            foreach (var clients in new[] { 1, 16, 64 })
            {
                var what = isWrite ? "write" : "read";
                Report.Progress($"records: {what} of {size} by {clients}");
                var speeds = await Rounds.MediansAsync(stores, bench.Settings.Rounds, store => store.TakeTurnAsync(isWrite, clients, cancel));
                var ratio = speeds.Length > 1 ? speeds[0] / speeds[1] : (double?)null;
                table.Row(
                    what, size, $"{clients}", $"{speeds[0]:N0}", speeds.Length > 1 ? $"{speeds[1]:N0}" : "",
                    $"{ratio:N1}", bench.Report.Judge($"{what} of {size} by {clients}", ratio, Target.AtLeast(clients == 16 ? 10 : 1)));
            }
        }

        async Task<Store> EnterAsync(string name, Func<string, ProcessStartInfo> command, Func<Uri, string, RecordRequests> makeStore)
        {
            var data = Directory.CreateDirectory(bench.Scratch($"records-{name}-{size}")).FullName;
            var server = await Server.StartAsync(name, command(data), "/", cancel);
            field.Add(server);
            var store = new Store(server, makeStore(server.Address, "records"), bodies, bench.Settings.Quick);
            await Task.Run(store.Fill, cancel);
            return store;
        }
    }

    /// <summary>The records that one server keeps, by numbers.</summary>
    private sealed class Store(Server server, RecordRequests requests, byte[][] bodies, bool quick)
    {
        private readonly int _filled = quick ? 100 : 2_000;
        private readonly TimeSpan _turn = TimeSpan.FromSeconds(quick ? 0.1 : 2);
        private long _next = -1;

        public void Fill()
        {
            using var client = new RecordClient(requests);
            while (_next < _filled)
                Write(client);
        }

        /// <returns>Requests a second.</returns>
        public async Task<double> TakeTurnAsync(bool isWrite, int clients, CancellationToken cancel)
        {
            var (speed, _) = await Crowd.RunAsync(clients, () => new RecordClient(requests), client =>
            {
                var (start, asked) = (Stopwatch.GetTimestamp(), 0L);
                for (; Stopwatch.GetElapsedTime(start) < _turn; asked++)
                {
                    cancel.ThrowIfCancellationRequested();
                    if (isWrite)
                        Write(client);
                    else
                        Read(client);
                }
                return asked;
            }, cancel);
            // Work that it puts off must not slow down the next one.
            await server.Figures.QuietAsync(cancel);
            return speed;
        }

        private void Write(RecordClient client)
        {
            var number = Interlocked.Increment(ref _next);
            client.Write(RecordRequests.Key(number), bodies[number % bodies.Length]);
        }

        private void Read(RecordClient client)
        {
            var number = Random.Shared.Next(_filled);
            client.Read(RecordRequests.Key(number), bodies[number % bodies.Length]);
        }
    }
}

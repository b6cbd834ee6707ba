namespace KvsRecords.Benchmarks.Measures;

/// <summary>Records written and read in a second, beside Azurite.</summary>
internal static class Records
{
    public static async Task RunAsync(Bench bench)
    {
        var table = new Table(
            $"Records a second, medians of {bench.Settings.Rounds} rounds",
            "<what", "<body", "clients", Ours.Name, Azurite.Name, $"{Ours.Name} ÷ {Azurite.Name}", "<asked for");
        await RunAsync(bench, table, "200 B", Bodies.ShortProduct);
        await RunAsync(bench, table, "20 kB", (random, number) => Bodies.Product(random, number, 19_700));
        bench.Report.Add(table);
    }

    private static async Task RunAsync(Bench bench, Table table, string size, Func<Random, int, byte[]> make)
    {
        Report.Progress($"records of {size}: filling the stores");
        var random = new Random(20_240_229);
        // So many that none is sent twice in a row; the same for all contenders.
        byte[][] bodies = [.. Enumerable.Range(0, 251).Select(number => make(random, number))];
        await using var field = new Field();
        var stores = new List<Store> { await EnterAsync(Ours.Name, data => bench.Ours.ServeAsync("/", "--data", data), RecordRequests.OfOurs) };
        if (await bench.Azurite is { } azurite)
            stores.Add(await EnterAsync(Azurite.Name, azurite.ServeAsync, azurite.MakeContainer));

        foreach (var (what, isWrite) in new[] { ("write", true), ("read", false) })
        {
            foreach (var clients in new[] { 1, 16, 64 })
            {
                Report.Progress($"records: {what} of {size} by {clients}");
                var speeds = await Rounds.MediansAsync(stores, bench.Settings.Rounds, store => store.TakeTurnAsync(isWrite, clients));
                var ratio = speeds.Length > 1 ? speeds[0] / speeds[1] : (double?)null;
                table.Row(
                    what, size, $"{clients}", $"{speeds[0]:N0}", speeds.Length > 1 ? $"{speeds[1]:N0}" : "",
                    $"{ratio:N1}", bench.Report.AtLeast($"{what} of {size} by {clients}", ratio, clients == 16 ? 10 : 1));
            }
        }

        async Task<Store> EnterAsync(string name, Func<string, Task<Server>> serveAsync, Func<Uri, string, RecordRequests> makeStore)
        {
            var data = Directory.CreateDirectory(bench.Scratch($"records-{name}-{size}")).FullName;
            var server = await serveAsync(data);
            field.Add(server);
            var store = new Store(bench, server, makeStore(server.Address, "records"), bodies);
            await Task.Run(store.Fill, bench.Cancel);
            return store;
        }
    }

    /// <summary>The records that one server keeps, by numbers.</summary>
    private sealed class Store(Bench bench, Server server, RecordRequests requests, byte[][] bodies)
    {
        private readonly int _filled = bench.Settings.Quick ? 100 : 2_000;
        private readonly TimeSpan _turn = TimeSpan.FromSeconds(bench.Settings.Quick ? 0.1 : 2);
        private long _next = -1;

        public void Fill()
        {
            using var client = new RecordClient(requests);
            while (_next < _filled)
                Write(client);
        }

        /// <returns>Requests a second.</returns>
        public async Task<double> TakeTurnAsync(bool isWrite, int clients)
        {
            var speed = await Crowd.RunAsync(clients, _ => new RecordClient(requests), _turn, isWrite ? Write : Read, bench.Cancel);
            // Work that it puts off must not slow down the next one.
            await server.QuietAsync();
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

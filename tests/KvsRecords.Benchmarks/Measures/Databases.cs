using System.Diagnostics;
using KvsRecords.Archive;
using KvsRecords.Postgres;
using KvsRecords.Postgres.Database;
using KvsRecords.Postgres.Records;
using KvsRecords.Postgres.Writes;
using KvsRecords.Stores;
using KvsRecords.TestHelpers;
using Npgsql;

namespace KvsRecords.Benchmarks.Measures;

/// <summary>Managed stores in PostgreSQL: beside the same SQL without a server around it, and beside the embedded database.</summary>
internal sealed class Databases(Bench bench, PostgresServer postgres)
{
    private static readonly (string Name, double? Least)[] Sets = [("mixed", 0.35), ("small", 0.2), ("many", null), ("million", null)];

    private static readonly User Owner = new("benchmark", "benchmark");

    private readonly byte[][] _bodies = [.. Enumerable.Range(0, 251).Select(number => Benchmarks.Sets.Bodies.Product(new Random(number), number, 500))];
    private readonly TimeSpan _turn = TimeSpan.FromSeconds(bench.Settings.Quick ? 0.2 : 3);
    private long _next;

    public static async Task RunAsync(Bench bench)
    {
        if (!PostgresServer.IsInstalled)
            throw new NotHereException("There is no PostgreSQL in /usr/lib/postgresql; 'apt-get install postgresql' installs it.");
        await using var postgres = await PostgresServer.StartAsync(isDurable: true, "shared_buffers=512MB", "max_wal_size=4GB");
        var measure = new Databases(bench, postgres);
        bench.Report.About($"PostgreSQL {await measure.AskAsync<string>("show server_version")}");
        await measure.WritesAsync();
        await measure.DownloadsAsync();
        await measure.SlowDownloadsAsync();
    }

    private async Task WritesAsync()
    {
        var table = new Table(
            $"Durable writes of 500 B a second in PostgreSQL, medians of {bench.Settings.Rounds} rounds",
            "<what", "clients", "a second", "<beside", "a second", "÷", "<asked for");
        await using var one = await ServeAsync(Ours.KeepNone);
        await using var other = await ServeAsync(Ours.KeepNone);
        var (store, elsewhere) = (RecordRequests.OfOurs(one.Address, "writes"), RecordRequests.OfOurs(other.Address, "elsewhere"));
        await using var storage = await PostgresStorage.OpenAsync(
            new() { ConnectionString = postgres.ConnectionString, FindUser = id => id == Owner.Id ? Owner : null }, bench.Cancel);
        var bare = (await storage.GetOrCreateAsync(Owner, "bare", null, bench.Cancel)).Store;

        Func<int, Task<double>> loop = clients => LoopAsync("writes", clients), put = clients => PutAsync(clients, storage, bare);
        Func<int, Task<double>> write = clients => WriteAsync(clients, store);
        foreach (var clients in (int[])[1, 16, 64])
        {
            await CompareAsync(table, clients, "the storage, one store", put, "the same SQL in a loop", loop, 0.6);
            await CompareAsync(table, clients, "one server, one store", write, "the storage", put, least: null);
        }
        await CompareAsync(
            table, 64, "two servers, one store", clients => WriteAsync(clients, store, store with { Origin = other.Address }),
            "one server", write, 0.6);
        await CompareAsync(
            table, 64, "two servers, two stores", clients => WriteAsync(clients, store, elsewhere), "one server", write, 0.9);
        bench.Report.Add(table);
    }

    private async Task CompareAsync(
        Table table, int clients, string what, Func<int, Task<double>> ours, string beside, Func<int, Task<double>> theirs, double? least)
    {
        Report.Progress($"postgres: {what}, {clients} clients");
        var speeds = await Rounds.MediansAsync([ours, theirs], bench.Settings.Rounds, takeTurnAsync => takeTurnAsync(clients));
        var ratio = speeds[0] / speeds[1];
        table.Row(
            what, $"{clients}", $"{speeds[0]:N0}", beside, $"{speeds[1]:N0}", $"{ratio:N2}",
            bench.Report.AtLeast($"{what} by {clients} ÷ {beside}", ratio, least));
    }

    private Task<double> WriteAsync(int clients, params RecordRequests[] stores) =>
        Crowd.RunAsync(clients, client => new RecordClient(stores[client % stores.Length]), _turn, writer =>
        {
            var number = Interlocked.Increment(ref _next);
            writer.Write(RecordRequests.Key(number), _bodies[number % _bodies.Length]);
        }, bench.Cancel);

    // Without HTTP: the client of a benchmark takes as much of the processors as the server.
    private async Task<double> PutAsync(int clients, PostgresStorage storage, Store store)
    {
        var start = Stopwatch.GetTimestamp();
        var written = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            var count = 0L;
            for (; Stopwatch.GetElapsedTime(start) < _turn; count++)
            {
                var number = Interlocked.Increment(ref _next);
                using var value = new MemoryStream(_bodies[number % _bodies.Length]);
                await storage.PutAsync(store, new(new(RecordRequests.Key(number)), "application/json"), value, bench.Cancel);
            }
            return count;
        })));
        return written.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // One connection, one transaction after the other, each with a write of every client.
    private async Task<double> LoopAsync(string name, int clients)
    {
        var store = await AskAsync<long>($"select number from kvs_records.stores where name = '{name}'");
        await using var database = new NpgsqlConnection(ConnectionText.Parse(postgres.ConnectionString).ConnectionString);
        await database.OpenAsync(bench.Cancel);
        var server = Guid.NewGuid();
        await Servers.AddAsync(database, server, bench.Cancel);
        var version = await CompressAsync(_bodies[0]);
        var (start, written) = (Stopwatch.GetTimestamp(), 0L);
        for (; Stopwatch.GetElapsedTime(start) < _turn; written += clients)
        {
            await using var transaction = await database.BeginTransactionAsync(bench.Cancel);
            await using var locks = new NpgsqlBatch(database) { BatchCommands = { RecordBatch.Lock([store]) } };
            RecordBatch batch;
            await using (var rows = await locks.ExecuteReaderAsync(bench.Cancel))
                batch = await RecordBatch.ReadAsync(rows);
            for (var client = 0; client < clients; client++)
                batch.TryAdd(new RecordChange(store, RecordRequests.Key(Interlocked.Increment(ref _next)), version, isTimed: false, counts: true));
            await batch.ApplyAsync(database, written, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            await Sql.RunAsync(
                database, "update servers set stamp = $2, seen = clock_timestamp() where id = $1", bench.Cancel, Sql.P(server), Sql.P(written));
            await transaction.CommitAsync(bench.Cancel);
        }
        return written / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<RecordVersion> CompressAsync(byte[] body)
    {
        var compressor = new RecordCompressor<FileStream>(int.MaxValue, () => throw new NotSupportedException());
        using var compressed = await compressor.CompressAsync(new MemoryStream(body), "application/json", CancellationToken.None);
        return new RecordVersion(Born: 0, compressed.Record, 0, "application/json", Object: null, compressed.Memory.ToArray(), Header: []);
    }

    private async Task DownloadsAsync()
    {
        var table = new Table(
            $"Downloads from PostgreSQL beside the embedded database, medians of {bench.Settings.Rounds} rounds",
            "<set", "<by", "records", "embedded ms", "PostgreSQL ms", "÷", "<asked for", "first byte ms", "÷ of ten", "<asked for",
            "more MB", "<asked for");
        // The million are not a set of their own among the options.
        foreach (var (name, least) in Sets.Where(set => bench.Settings.Sets.Contains(set.Name == "million" ? "many" : set.Name)))
        {
            var set = await bench.Sets.GetAsync(name);
            await DownloadAsync(table, set, "socket", postgres.LocalConnectionString, [Ours.KeepNone], least);
            if (least is null)
                continue;
            await DownloadAsync(table, set, "TCP", postgres.ConnectionString, [Ours.KeepNone], least: null);
            await DownloadAsync(table, set, "the cache", postgres.ConnectionString, [], least: null);
        }
        bench.Report.Add(table);
    }

    private async Task DownloadAsync(Table table, DataSet set, string by, string connection, string[] arguments, double? least)
    {
        Report.Progress($"postgres: downloads of {set.Name} by {by}");
        await using var embedded = await bench.Ours.ServeManagedAsync(set, bench.Scratch($"spliced-{set.Name}"), Ours.KeepNone);
        await (await ServeAsync(Ours.KeepNone, "--seed", set.Storage)).DisposeAsync();
        await using var server = await bench.Ours.ServeAsync("/", ["--database", connection, .. arguments]);
        var (archive, ten) = (Ours.Archive(set.Name), Ours.Archive(Recipe.Ten));

        // Idle is a server that has sent a small archive: the code of a download is then loaded.
        server.Time(ten);
        var idle = await server.RestAsync();
        server.Time(archive);
        var more = server.ResidentMemory().Peak - idle;
        Func<double>[] turns =
            [() => embedded.Time().Whole, () => server.Time(archive).Whole, () => server.Time(archive).First, () => server.Time(ten).First];
        // The runtime compiles a hot path anew after some calls. A million entries are some hundred pages.
        var medians = await Rounds.MediansAsync(
            turns, bench.Settings.Rounds, turn => Task.Run(turn, bench.Cancel), set.Records > 100_000 || bench.Settings.Quick ? 1 : 10);
        var (time, start) = (medians[0] / medians[1], medians[2] / medians[3]);
        table.Row(
            set.Name, by, $"{set.Records:N0}", $"{medians[0]:N1}", $"{medians[1]:N1}", $"{time:N2}",
            bench.Report.AtLeast($"download of {set.Name}, embedded ÷ PostgreSQL", time, least), $"{medians[2]:N1}", $"{start:N2}",
            bench.Report.AtMost($"first byte of {set.Name} ÷ of ten", start, set.Name == "million" ? 2 : null), $"{more:N1}",
            bench.Report.AtMost($"memory of a download of {set.Name} over idle", more, 6.3, " MB"));
    }

    private async Task SlowDownloadsAsync()
    {
        var table = new Table(
            "Writes of 16 clients beside 4 slow downloads",
            "<", "without", "beside", "÷", "<asked for", "oldest transaction ms", "<asked for");
        await using var server = await ServeAsync(Ours.KeepNone);
        var store = RecordRequests.OfOurs(server.Address, "slow");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancel);
        var oldest = OldestTransactionAsync(over.Token);
        var (without, beside) = (new List<double>(), new List<double>());

        // Before and after, since a store that grows takes more time by itself.
        await WriteForAsync(30, without);
        using (var enough = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancel))
        {
            var slow = Enumerable.Range(0, 4).Select(_ => Crowd.OnThreadAsync(() => ReadSlowly(server.Address, enough.Token))).ToList();
            await WriteForAsync(60, beside);
            await enough.CancelAsync();
            await Task.WhenAll(slow);
        }
        await WriteForAsync(30, without);
        await over.CancelAsync();
        var (ratio, age) = (Median.Of(beside) / Median.Of(without), await oldest);
        table.Row(
            "writes a second", $"{Median.Of(without):N0}", $"{Median.Of(beside):N0}", $"{ratio:N2}",
            bench.Report.AtLeast("writes beside slow downloads", ratio, 0.8), $"{age:N0}",
            bench.Report.AtMost("oldest transaction", age, 1000, " ms"));
        bench.Report.Add(table);

        async Task WriteForAsync(double seconds, List<double> speeds)
        {
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < (bench.Settings.Quick ? 1 : seconds);)
                speeds.Add(await WriteAsync(16, store));
        }
    }

    private static long ReadSlowly(Uri server, CancellationToken enough)
    {
        using var client = new Connection(server, window: 1 << 14);
        return client.Download(Connection.Get(new Uri(server, Ours.Archive("writes"))), _ =>
        {
            if (enough.WaitHandle.WaitOne(100))
                client.Dispose();
        });
    }

    private async Task<double> OldestTransactionAsync(CancellationToken stop)
    {
        const string Oldest = """
            select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 * 1000
            from pg_stat_activity where backend_type = 'client backend'
            """;
        var oldest = 0d;
        while (!stop.IsCancellationRequested)
        {
            oldest = Math.Max(oldest, await AskAsync<double>(Oldest));
            await Task.Delay(100, CancellationToken.None);
        }
        return oldest;
    }

    private async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync(bench.Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(bench.Cancel))!;
    }

    private Task<Server> ServeAsync(params string[] arguments) =>
        bench.Ours.ServeAsync("/", ["--database", postgres.ConnectionString, .. arguments]);
}

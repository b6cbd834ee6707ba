using System.Diagnostics;
using System.Globalization;
using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Tests;

/// <summary>The database is killed, a standby takes over, connections break or stall. <c>KVS_RECORDS_KILLS</c> says how often it is killed.</summary>
public sealed class LostDatabaseTests(ITestOutputHelper output)
{
    private const int Writers = 4;

    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("KVS_RECORDS_KILLS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 1;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_answered_is_there_after_the_database_was_killed()
    {
        PostgresServer.Require();
        await using var server = await PostgresServer.StartAsync(isDurable: true);
        await using var database = await StorageInDatabase.OpenAsync(server.ConnectionString);
        var store = await database.StoreAsync();
        for (var round = 0; round < Rounds; round++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
            var first = 1_000 * round;
            var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(database.Storage, store, writer, first, stop.Token), Running)).ToList();
            await Task.Delay(200 + new Random(round).Next(400), Running);
            await server.KillAsync();
            await server.StartAgainAsync();
            await Task.Delay(300, Running);
            await stop.CancelAsync();

            await AssertThereAsync(database, store, await Task.WhenAll(writers));
            Assert.Empty(await database.Storage.VerifyAsync(progress: null, Running).ToListAsync(Running));
        }
    }

    // Most of them break while a commit is on its way: what was committed must not be done again, or said to have failed.
    [Fact]
    public async Task Each_write_is_done_once_although_connections_break_all_the_time()
    {
        await using var database = await StorageInDatabase.OpenAsync();
        var store = await database.StoreAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(database.Storage, store, writer, 0, stop.Token), Running)).ToList();
        for (var i = 0; i < 60; i++)
        {
            await Task.Delay(20, Running);
            await database.AskAsync(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = current_setting('application_name') and pid <> pg_backend_pid()");
        }

        await stop.CancelAsync();
        var done = await Task.WhenAll(writers);
        await AssertThereAsync(database, store, done);
        Assert.All(done, one => Assert.Equal(0, one.Failed));
        Assert.Equal(done.Sum(one => one.Puts), (await database.Storage.FindByIdAsync(store.Id, Running))!.Stats!.WriteCount);
    }

    [Fact]
    public async Task Writes_go_on_after_a_standby_was_promoted_and_nothing_is_lost_that_it_had()
    {
        PostgresServer.Require();
        await using var primary = await PostgresServer.StartAsync(isDurable: true);
        await using var standby = await primary.StartStandbyAsync();
        await SynchronousStandbys.SetAsync(primary, "*");
        var both = string.Create(
            CultureInfo.InvariantCulture,
            $"{primary.ConnectionString.Replace("Host=127.0.0.1;Port=" + primary.Port, $"Host=127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}", StringComparison.Ordinal)}");
        await using var database = await StorageInDatabase.OpenAsync(both);
        var store = await database.StoreAsync();
        await database.PutAsync(store, "before", [1]);
        await using var snapshot = await database.Storage.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
        var version = (await snapshot.ReadStateAsync(Running)).Version;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(database.Storage, store, writer, 0, stop.Token), Running)).ToList();
        await Task.Delay(500, Running);

        await primary.KillAsync();
        await standby.PromoteAsync();
        var start = Stopwatch.GetTimestamp();
        while (!await TryPutAsync(database.Storage, store, "after", [2]))
            await Task.Delay(20, Running);
        output.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms from the promotion to the next write");
        await stop.CancelAsync();

        await AssertThereAsync(database, store, await Task.WhenAll(writers));
        await using var later = await database.Storage.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
        Assert.NotEqual(version, (await later.ReadStateAsync(Running)).Version);
    }

    // A standby that lags behind has fewer revisions, and counts on from there: with other records under the same numbers.
    [Fact]
    public async Task No_version_names_the_states_of_two_histories()
    {
        PostgresServer.Require();
        await using var primary = await PostgresServer.StartAsync();
        await using var standby = await primary.StartStandbyAsync();
        await using var database = await StorageInDatabase.OpenAsync(primary.ConnectionString);
        var store = await database.StoreAsync();
        await database.PutAsync(store, "a", [1]);
        await RunAsync(primary, "select pg_switch_wal()");
        await RunAsync(standby, "select pg_sleep(1)");
        await standby.KillAsync();
        await database.PutAsync(store, "a", [2]);
        var lost = await VersionAsync(database.Storage, store);
        await primary.KillAsync();
        await standby.StartAgainAsync();
        await standby.PromoteAsync();

        await using var other = await PostgresStorage.OpenAsync(
            new()
            {
                ConnectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = standby.Port }.ConnectionString,
                FindUser = _ => StorageInDatabase.Owner,
            },
            Running);
        Assert.True(await other.PutAsync(store, new(new("a")), new MemoryStream([3]), Running));
        var now = await VersionAsync(other, store);
        Assert.Equal(lost!.Split('-')[..2], now!.Split('-')[..2]);
        Assert.NotEqual(lost, now);
        await primary.StartAgainAsync();
    }

    [Fact]
    public async Task A_network_that_holds_bytes_back_ends_in_a_request_to_try_again_and_then_all_goes_on()
    {
        using var network = FaultyNetwork.To(await Cluster.ConnectionStringAsync());
        var through = network.ConnectionString + ";Command Timeout=1;Timeout=2;Cancellation Timeout=-1";
        await using var database = await StorageInDatabase.OpenAsync(
            through, new Intervals { Patience = TimeSpan.FromSeconds(1), Upkeep = TimeSpan.FromDays(1), Flush = TimeSpan.FromDays(1) });
        var store = await database.StoreAsync();
        await database.PutAsync(store, "a", [1]);

        network.Stall();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => database.Storage.FindByIdAsync(store.Id, Running).AsTask());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => database.PutAsync(store, "b", [2]));
        network.GoOn();

        await database.PutAsync(store, "c", [3]);
        Assert.NotNull(await database.Storage.FindByIdAsync(store.Id, Running));
        Assert.Empty(await database.Storage.VerifyAsync(progress: null, Running).ToListAsync(Running));
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_answered_as_what_it_was_and_not_done_again()
    {
        using var network = FaultyNetwork.To(await Cluster.ConnectionStringAsync());
        await using var database = await StorageInDatabase.OpenAsync(network.ConnectionString);
        var store = await database.StoreAsync();
        await database.PutAsync(store, "a", [1]);

        network.CutAfterNextCommit();
        await database.PutAsync(store, "b", Sample.Random(20_000));
        network.CutAfterNextCommit();
        Assert.True(await database.Storage.DeleteAsync(store, new RecordKey("a"), Running));
        network.CutAfterNextCommit();
        Assert.True((await database.Storage.GetOrCreateAsync(StorageInDatabase.Owner, null, null, Running)).IsNew);

        Assert.Equal(3, network.Cuts);
        var stats = (await database.Storage.FindByIdAsync(store.Id, Running))!.Stats!;
        Assert.Equal((2, 1, 1), (stats.WriteCount, stats.DeleteCount, stats.Records));
        Assert.Equal(2, (await database.Storage.ListAsync(Running)).Count);
    }

    private static async Task<string?> VersionAsync(PostgresStorage storage, Store store)
    {
        await using var snapshot = await storage.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
        return (await snapshot.ReadStateAsync(Running)).Version;
    }

    private static async Task RunAsync(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Running);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Running);
    }

    private static async Task<bool> TryPutAsync(PostgresStorage storage, Store store, string key, byte[] value)
    {
        try
        {
            return await storage.PutAsync(store, new(new(key)), new MemoryStream(value), Running);
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Each writer puts its own keys one after the other, and tries again what has failed.
    private static async Task<Written> WriteAsync(PostgresStorage storage, Store store, int writer, int first, CancellationToken stop)
    {
        var (puts, failed, number) = (0, 0, first);
        while (!stop.IsCancellationRequested)
        {
            if (await TryPutAsync(storage, store, Written.KeyOf(writer, number), Written.ValueOf(writer, number)))
            {
                puts++;
                number++;
            }
            else
            {
                failed++;
                await Task.Delay(20, Running);
            }
        }

        return new Written(writer, first, number, puts, failed);
    }

    private static async Task AssertThereAsync(StorageInDatabase database, Store store, Written[] written)
    {
        await using var snapshot = await database.Storage.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
        foreach (var one in written)
        {
            Assert.True(one.Puts > 0);
            for (var number = one.First; number < one.End; number++)
                Assert.Equal(Written.ValueOf(one.Writer, number), await snapshot.ValueAsync(Written.KeyOf(one.Writer, number), Running));
        }
    }

    private sealed record Written(int Writer, int First, int End, int Puts, int Failed)
    {
        public static string KeyOf(int writer, int number) => string.Create(CultureInfo.InvariantCulture, $"{writer}-{number:D5}");

        public static byte[] ValueOf(int writer, int number) => Sample.Random(number % 10 == 0 ? 20_000 : 500, (writer * 100_000) + number);
    }
}

using System.Diagnostics;
using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Tests;

/// <summary>A write that waits for the network, a lock, the queue or a standby is answered within a known time, and never wrongly.</summary>
public sealed class BoundedWriteTests(ITestOutputHelper output)
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    private static Intervals Short => new()
    {
        Patience = TimeSpan.FromSeconds(1),
        QueueWait = TimeSpan.FromSeconds(2),
        Upkeep = TimeSpan.FromDays(1),
        Flush = TimeSpan.FromDays(1),
    };

    // The patience, and the last try: one second for each of a connection, a statement and its cancellation.
    [Fact]
    public async Task All_writes_end_while_the_network_holds_bytes_back()
    {
        using var network = FaultyNetwork.To(await Cluster.ConnectionStringAsync());
        await using var database = await StorageInDatabase.OpenAsync(
            network.ConnectionString + ";Command Timeout=1;Timeout=1;Cancellation Timeout=1000", Short);
        var store = await database.StoreAsync();
        await database.PutAsync(store, "a", [1]);
        network.Stall();

        var writes = new List<Task<TimeSpan>>();
        for (var i = 0; i < 60; i++)
        {
            var key = $"key-{i}";
            writes.Add((i % 4) switch
            {
                0 => UnavailableAfterAsync(() => database.PutAsync(store, key, Sample.Random(500))),
                1 => UnavailableAfterAsync(() => database.PutAsync(store, key, Sample.Random(1_000_000))),
                2 => UnavailableAfterAsync(() => database.StoreAsync(key)),
                _ => UnavailableAfterAsync(() => database.Storage.DeleteAsync(store, new RecordKey("a"), Running).AsTask()),
            });
            await Task.Delay(50, Running);
        }

        var waits = await Task.WhenAll(writes);
        output.WriteLine($"at most {waits.Max().TotalSeconds:F1} s");
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(8)));
        network.GoOn();
        await database.PutAsync(store, "b", [2]);
    }

    [Fact]
    public async Task All_writes_end_while_a_lock_is_held()
    {
        await using var database = await StorageInDatabase.OpenAsync(await Cluster.ConnectionStringAsync() + ";Command Timeout=1", Short);
        var store = await database.StoreAsync();
        await using var other = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await other.OpenAsync(Running);
        await using (var command = new NpgsqlCommand("begin; select 1 from stores for update", other))
            await command.ExecuteNonQueryAsync(Running);

        var waits = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => UnavailableAfterAsync(() => database.PutAsync(store, $"key-{i}", [1]))));
        output.WriteLine($"at most {waits.Max().TotalSeconds:F1} s");
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(6)));
    }

    // Each takes 0.3 s, and all of them 12 s.
    [Fact]
    public async Task Writes_that_would_wait_for_many_others_are_to_be_tried_again()
    {
        await using var database = await StorageInDatabase.OpenAsync(await Cluster.ConnectionStringAsync(), Short);
        await database.AskAsync("""
            create function linger() returns trigger language plpgsql as 'begin perform pg_sleep(0.3); return new; end';
            create trigger linger before insert on stores for each row execute function linger()
            """);

        var start = Stopwatch.GetTimestamp();
        var made = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => TryAsync(() => database.StoreAsync($"store-{i}"))));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(4));
        Assert.InRange(made.Count(one => one), 2, 12);
        Assert.Equal(made.Count(one => one), (await database.Storage.ListAsync(Running)).Count);
        Assert.True(await TryAsync(() => database.StoreAsync("later")));
    }

    // PostgreSQL answers a commit whose wait for the standby is cancelled as done, with a warning.
    [Fact]
    public async Task A_commit_that_no_standby_has_is_not_answered_as_done()
    {
        PostgresServer.Require();
        await using var server = await PostgresServer.StartAsync();
        await using var database = await StorageInDatabase.OpenAsync(server.ConnectionString + ";Command Timeout=1", Short);
        var store = await database.StoreAsync();
        await database.PutAsync(store, "a", [1]);
        await SynchronousStandbys.SetAsync(server, "away");

        var waits = await Task.WhenAll(
            UnavailableAfterAsync(() => database.PutAsync(store, "b", [2])),
            UnavailableAfterAsync(() => database.PutAsync(store, "c", Sample.Random(600_000))));
        output.WriteLine($"at most {waits.Max().TotalSeconds:F1} s");
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(8)));

        await SynchronousStandbys.SetAsync(server, "");
        await database.PutAsync(store, "b", [3]);
        await database.PutAsync(store, "c", Sample.Random(600_000));
    }

    private static async Task<TimeSpan> UnavailableAfterAsync(Func<Task> write)
    {
        var start = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<StorageUnavailableException>(write);
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<bool> TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Tests;

/// <summary>What a server does by itself, and the warnings about what it cannot do.</summary>
public sealed class UpkeepTests
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(10);

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_cannot_be_done_is_said_once_in_a_while_and_is_done_when_it_can_be()
    {
        var said = new ConcurrentQueue<string>();
        await using var database = await StorageInDatabase.OpenAsync();
        var intervals = new Intervals { Grace = TimeSpan.Zero, Upkeep = Often, Flush = Often };
        await using var server = await database.OpenAnotherAsync(intervals, said.Enqueue);
        var store = await database.StoreAsync();
        await database.PutAsync(store, "a", [1]);
        await database.AskAsync("alter table leases rename to away; alter table stores rename reads to away");
        await database.AskAsync("update records set died = 1, died_at = now(), born = 0");
        await database.PutAsync(store, "a", [2]);
        await CountAsync(server, store);

        // What is said again, or is said too much, comes soon after.
        for (var tries = 0; tries < 1_200 && What().Count < 3; tries++)
            await Task.Delay(20, Running);
        await Task.Delay(500, Running);
        Assert.Equal(
            ["Counts of reads are not saved", "Deleted records are not removed from the database", "The leases of downloads are not renewed"],
            What());

        // On a busy machine one of them may have a second cause.
        Assert.Equal(said, said.Distinct());
        Assert.All(said, one => Assert.DoesNotContain("password", one, StringComparison.OrdinalIgnoreCase));
        Assert.Contains(said, one => one.Contains("relation \"leases\" does not exist", StringComparison.Ordinal));

        await database.AskAsync("alter table away rename to leases; alter table stores rename away to reads");
        await CountAsync(server, store);
        await ReachesAsync(database, "1", "select count(*) from records");
        await ReachesAsync(database, "1", "select reads from stores");

        List<string> What() => [.. said.Select(one => one.Split(':')[0]).Distinct().Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task What_lasts_is_said_again()
    {
        var said = new ConcurrentQueue<string>();
        await using var database = await StorageInDatabase.OpenAsync();
        var silence = TimeSpan.FromMilliseconds(100);
        var intervals = new Intervals { Upkeep = Often, Flush = TimeSpan.FromDays(1), Silence = silence };
        await using var server = await database.OpenAnotherAsync(intervals, said.Enqueue);
        var start = Stopwatch.GetTimestamp();
        await database.AskAsync("alter table leases rename to away");

        for (var tries = 0; tries < 1_200 && Times() < 3; tries++)
            await Task.Delay(20, Running);
        Assert.InRange(Times(), 3, 1 + (int)(Stopwatch.GetElapsedTime(start) / silence));
        await database.AskAsync("alter table away rename to leases");

        int Times() => said.Count(one => one.StartsWith("The leases", StringComparison.Ordinal));
    }

    // 25,000 versions that a download of another server needs lie before one that is to be removed.
    [Fact]
    public async Task A_sweep_looks_at_some_of_the_versions_that_are_read_and_the_next_one_goes_on_after_them()
    {
        await using var database = await StorageInDatabase.OpenAsync();
        await database.PutAsync(await database.StoreAsync("read"), "a", [1]);
        var store = await database.StoreAsync("other");
        await database.PutAsync(store, "b", [1]);
        await database.AskAsync("""
            insert into records
            select store, 'k' || i, 1, 2, now() - interval '2 hours', length, compressed_length, crc32, method, modified, header, content_type, null, body
            from records, generate_series(1, 25000) i where key = 'a';
            update records set died_at = died_at + substr(key, 2)::int * interval '1 ms' where key like 'k%';
            insert into servers values (gen_random_uuid(), 0, now());
            insert into leases select s.id, r.store, 1, null, now() + interval '1 hour' from servers s, records r
            where s.stamp = 0 and r.key = 'a'
            """);
        Assert.True(await database.Storage.DeleteAsync(store, new RecordKey("b"), Running));

        await database.Storage.SweepAsync();
        await database.Storage.SweepAsync();
        Assert.Equal("1", await database.AskAsync("select count(*) from records where key = 'b'"));
        await database.Storage.SweepAsync();
        Assert.Equal("0", await database.AskAsync("select count(*) from records where key = 'b'"));
        Assert.Equal("25000", await database.AskAsync("select count(*) from records where key like 'k%'"));

        await database.AskAsync("delete from leases");
        await database.Storage.SweepAsync();
        Assert.Equal("0", await database.AskAsync("select count(*) from records where died is not null"));
    }

    [Fact]
    public async Task A_body_whose_upload_failed_with_the_network_is_removed_by_its_server()
    {
        using var network = FaultyNetwork.To(await Cluster.ConnectionStringAsync());
        await using var database = await StorageInDatabase.OpenAsync(
            network.ConnectionString + ";Command Timeout=1;Timeout=1;Cancellation Timeout=-1",
            new Intervals { Grace = TimeSpan.Zero, Patience = TimeSpan.Zero, Upkeep = TimeSpan.FromDays(1), Flush = TimeSpan.FromDays(1) });
        var store = await database.StoreAsync();
        var put = Task.Run(() => database.PutAsync(store, "a", Sample.Random(30_000_000)), Running);
        await ReachesAsync(database, "1", "select count(*) from objects");
        network.Stall();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => put);
        network.GoOn();
        Assert.Equal("0", await database.AskAsync("select state from objects"));

        await database.Storage.SweepAsync();
        Assert.Equal("0", await database.AskAsync("select count(*) from objects"));
    }

    [Fact]
    public async Task A_body_that_waits_for_its_record_is_not_given_up()
    {
        await using var database = await StorageInDatabase.OpenAsync(
            intervals: new Intervals { Grace = TimeSpan.Zero, Upkeep = Often, Flush = TimeSpan.FromDays(1) });
        var store = await database.StoreAsync();
        await using var other = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await other.OpenAsync(Running);
        await using var transaction = await other.BeginTransactionAsync(Running);
        await using (var command = new NpgsqlCommand("select 1 from stores for update", other))
            await command.ExecuteNonQueryAsync(Running);

        var put = Task.Run(() => database.PutAsync(store, "a", Sample.Random(600_000)), Running);
        await ReachesAsync(database, "3", "select count(*) from chunks");
        await database.AskAsync("insert into objects (id, state, server) select gen_random_uuid(), 0, id from servers");
        await ReachesAsync(database, "1", "select count(*) from objects");
        Assert.Equal("0", await database.AskAsync("select state from objects"));
        Assert.Equal("3", await database.AskAsync("select count(*) from chunks"));

        await transaction.RollbackAsync(Running);
        await put;
        await using var content = await database.Storage.OpenRecordAsync(store, new RecordKey("a"), Running);
        Assert.Equal(Sample.Random(600_000), await content!.ValueAsync(Running));
    }

    private static async Task CountAsync(PostgresStorage server, Store store) =>
        await (await server.OpenRecordAsync(store, new RecordKey("a"), Running))!.DisposeAsync();

    private static async Task ReachesAsync(StorageInDatabase database, string expected, string sql)
    {
        for (var tries = 0; tries < 1_000 && await database.AskAsync(sql) != expected; tries++)
            await Task.Delay(20, Running);
        Assert.Equal(expected, await database.AskAsync(sql));
    }
}

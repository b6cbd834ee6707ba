using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Tests;

/// <summary>A store that is locked or damaged, or a body that was given up, is no harm to others.</summary>
public sealed class NeighbourTests
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_of_a_store_are_counted_while_another_one_is_locked()
    {
        await using var database = await StorageInDatabase.OpenAsync();
        var (locked, free) = (await database.StoreAsync("locked"), await database.StoreAsync("free"));
        await database.PutAsync(locked, "a", [1]);
        await database.PutAsync(free, "a", [1]);
        await using (var other = new NpgsqlConnection(database.ConnectionString + ";Pooling=false"))
        {
            await other.OpenAsync(Running);
            await using (var command = new NpgsqlCommand("begin; select 1 from stores where name = 'locked' for update", other))
                await command.ExecuteNonQueryAsync(Running);
            await ReadAsync(locked);
            await ReadAsync(free);
            await ReadAsync(locked);

            while (await database.AskAsync("select reads from stores where name = 'free'") != "1")
                await Task.Delay(10, Running);
            Assert.Equal("0", await database.AskAsync("select reads from stores where name = 'locked'"));
            Assert.Equal(2, (await database.Storage.FindByIdAsync(locked.Id, Running))!.Stats!.ReadCount);
        }

        while (await database.AskAsync("select reads from stores where name = 'locked'") != "2")
            await Task.Delay(10, Running);

        async Task ReadAsync(Store store) =>
            await (await database.Storage.OpenRecordAsync(store, new RecordKey("a"), Running))!.DisposeAsync();
    }

    [Fact]
    public async Task Each_read_is_counted_once_while_the_store_is_written_to()
    {
        const int Reads = 2_000;
        var intervals = new Intervals { Flush = TimeSpan.FromMilliseconds(1), Upkeep = TimeSpan.FromDays(1) };
        await using var database = await StorageInDatabase.OpenAsync(intervals: intervals);
        await using var other = await database.OpenAnotherAsync(intervals);
        var store = await database.StoreAsync();
        await database.PutAsync(store, "a", [1]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await database.PutAsync(store, $"{writer}-{i % 10}", [2]);
        }, Running)).ToList();

        for (var i = 0; i < Reads; i++)
            await (await other.OpenRecordAsync(store, new RecordKey("a"), Running))!.DisposeAsync();

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.Equal(Reads, (await other.FindByIdAsync(store.Id, Running))!.Stats!.ReadCount);
    }

    [Fact]
    public async Task Writes_to_a_damaged_store_fail_by_themselves()
    {
        await using var database = await StorageInDatabase.OpenAsync();
        var (damaged, whole) = (await database.StoreAsync("damaged"), await database.StoreAsync("whole"));
        await database.AskAsync("update stores set value_bytes = -5 where name = 'damaged'");

        var writes = Enumerable.Range(0, 40).Select(i => TryAsync(i % 8 == 0 ? damaged : whole, $"key-{i:D2}")).ToList();

        Assert.Equal(Enumerable.Range(0, 40).Select(i => i % 8 != 0), await Task.WhenAll(writes));
        Assert.Equal("35", await database.AskAsync("select records from stores where name = 'whole'"));

        async Task<bool> TryAsync(Store store, string key)
        {
            try
            {
                await database.PutAsync(store, key, [1]);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }
    }

    // Its parts may be gone a moment later.
    [Fact]
    public async Task A_body_that_was_given_up_gets_no_record()
    {
        await using var database = await StorageInDatabase.OpenAsync(await Cluster.ConnectionStringAsync());
        var store = await database.StoreAsync();
        await database.AskAsync("""
            create function give_up() returns trigger language plpgsql as
                'begin update objects set state = 2, dead_at = clock_timestamp() where id = new.object; return new; end';
            create trigger give_up after insert on chunks for each row execute function give_up()
            """);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => database.PutAsync(store, "large", Sample.Random(100_000)));
        await database.PutAsync(store, "small", [1]);

        Assert.Equal("small", await database.AskAsync("select string_agg(key, ' ') from records"));
    }
}

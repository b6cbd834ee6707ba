using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class ManagedStorageContract
{
    [Fact]
    public async Task A_snapshot_sees_what_was_there_whatever_is_written_since()
    {
        var store = await StoreAsync();
        var large = Sample.Random(100_000);
        await PutAsync(store, "overwritten", [1]);
        await PutAsync(store, "deleted", large);
        await using var snapshot = await OpenAsync(store);

        await PutAsync(store, "overwritten", Sample.Random(50_000));
        await Writer.DeleteAsync(store, new RecordKey("deleted"), Running);
        await PutAsync(store, "new", [3]);
        await SweepAsync();

        var contents = await snapshot.ContentsAsync(Running);
        Assert.Equal(["deleted", "overwritten"], contents.Keys);
        Assert.Equal([1], contents["overwritten"]);
        Assert.Equal(large, contents["deleted"]);
        Assert.Null(await snapshot.ValueAsync("new", Running));
    }

    [Fact]
    public async Task A_snapshot_of_a_store_that_is_deleted_goes_on_seeing_it()
    {
        var store = await StoreAsync();
        var large = Sample.Random(100_000);
        await PutAsync(store, "a", large);
        var snapshot = await OpenAsync(store);

        await Writer.DeleteAsync(store, Running);
        await SweepAsync();

        Assert.Equal(large, await snapshot.ValueAsync("a", Running));
        await snapshot.DisposeAsync();
        Assert.Equal(0, (await SweepAsync()).Records);
    }

    [Fact]
    public async Task A_dead_body_is_removed_once_the_last_snapshot_is_closed()
    {
        var store = await StoreAsync();
        await PutAsync(store, "a", Sample.Random(100_000));
        var one = await OpenAsync(store);
        await PutAsync(store, "a", Sample.Random(100_001));
        var other = await OpenAsync(store);
        await Writer.DeleteAsync(store, new RecordKey("a"), Running);
        Assert.Equal(2, (await SweepAsync()).Records);

        await one.DisposeAsync();
        await SweepAsync();
        Assert.Equal(100_001, (await other.ValueAsync("a", Running))?.Length);
        Assert.Equal(1, (await SweepAsync()).Records);

        await other.DisposeAsync();
        Assert.Equal(0, (await SweepAsync()).Records);
    }

    [Fact]
    public async Task What_was_opened_is_read_to_its_end_although_its_body_is_removed()
    {
        var store = await StoreAsync();
        var value = Sample.Random(1_000_000);
        await PutAsync(store, "a", value);
        var snapshot = await OpenAsync(store);
        await using var content = await snapshot.OpenAsync(new RecordKey("a"), Running);

        await snapshot.DisposeAsync();
        await Writer.DeleteAsync(store, Running);
        Assert.Equal(0, (await SweepAsync()).Records);

        Assert.Equal(value, await content!.ValueAsync(Running));
    }

    [Fact]
    public async Task More_records_than_a_page_or_a_removal_come_and_go()
    {
        const int Records = 1_500;
        var store = await StoreAsync();
        var keys = Enumerable.Range(0, Records).Select(Sample.NumberOf).ToList();
        await Task.WhenAll(keys.Select(key => PutAsync(store, key, [1])));
        await Task.WhenAll(keys.Select(key => PutAsync(store, key, [2])));

        Assert.Equal(keys, await Stores.KeysAsync(store, null, Running));
        Assert.Equal(keys[1_000..1_100], await Stores.KeysAsync(store, new RecordFilter("0010"), Running));

        await Writer.DeleteAsync(store, Running);
        Assert.Equal(new(Records: 0, Stores: 0), await SweepAsync());
    }

    // Its file may be removed between finding and opening it.
    [Fact]
    public async Task A_record_that_is_overwritten_without_end_is_opened_by_itself_each_time()
    {
        var store = await StoreAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        await PutAsync(store, "a", Sample.Random(20_000));
        var writer = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await PutAsync(store, "a", Sample.Random(20_000 + (i % 100), i));
        }, Running);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10 * Effort; i++)
            {
                await using var content = await Stores.OpenRecordAsync(store, new RecordKey("a"), Running);
                Assert.Equal(content!.Length, (await content.ValueAsync(Running)).Length);
            }
        }, Running)));

        await stop.CancelAsync();
        await writer;
    }

    // Each writer's records are in step with each other; a snapshot that saw half of a commit, or lost a version, would tell.
    [Fact]
    public async Task Snapshots_that_open_around_the_moment_of_a_commit_see_one_instant()
    {
        var store = await StoreAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        await PutAsync(store, "counter", BitConverter.GetBytes(0));
        await PutAsync(store, "large", Sample.Random(20_000, 0));

        var writers = Enumerable.Range(0, 3).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 4 * Effort; i++)
            {
                await PutAsync(store, $"large-{writer}", Sample.Random(17_000 + i, i));
                await PutAsync(store, $"small-{writer}", BitConverter.GetBytes(i));
                if (i % 3 == 0)
                    await Writer.DeleteAsync(store, new RecordKey($"large-{writer}"), Running);
            }
        }, Running)).ToList();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var snapshots = 0;
            while (!stop.IsCancellationRequested)
            {
                await using var snapshot = await OpenAsync(store);
                var totals = snapshot.Totals;
                var contents = await snapshot.ContentsAsync(Running);
                await Task.Yield();
                var again = await snapshot.ContentsAsync(Running);

                Assert.Equal(totals.Records, contents.Count);
                Assert.Equal(totals.KeyBytes, contents.Keys.Sum(key => key.Length));
                Assert.Equal(contents.Keys, again.Keys);
                Assert.All(contents, each => Assert.Equal(each.Value, again[each.Key]));
                for (var writer = 0; writer < 3; writer++)
                    AssertInStep(contents, writer);
                snapshots++;
            }

            return snapshots;
        }, Running)).ToList();

        await Task.WhenAll(writers);
        await stop.CancelAsync();

        Assert.All(await Task.WhenAll(readers), snapshots => Assert.True(snapshots > 0));
        Assert.Equal((await Stores.KeysAsync(store, null, Running)).Count, (await SweepAsync()).Records);
    }

    // What dies in a transaction is seen by a snapshot that opens before that one is committed, and is looked for after it. Waiting for the
    // disk makes the moment between the two longer.
    [Fact]
    public async Task What_dies_while_a_snapshot_opens_is_not_removed_with_what_died_before()
    {
        await UseAsync(durable: true);
        var store = await StoreAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        await PutAsync(store, "overwritten", [0]);
        var writers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await PutAsync(store, "overwritten", [1]);
        }, Running)).ToList();

        for (var i = 0; i < 15 * Effort; i++)
        {
            await using var snapshot = await OpenAsync(store);
            await PutAsync(store, "after", [1]);
            Assert.NotNull(await snapshot.ValueAsync("overwritten", Running));
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
    }

    // A writer's small record says which large one it has written: that one, or the next, or (every third) none.
    private static void AssertInStep(SortedDictionary<string, byte[]> contents, int writer)
    {
        var small = contents.TryGetValue($"small-{writer}", out var number) ? BitConverter.ToInt32(number) : -1;
        if (contents.TryGetValue($"large-{writer}", out var large))
            Assert.InRange(large.Length - 17_000, small, small + 1);
        else
            Assert.True(small == -1 || small % 3 == 0, $"{small}");
    }
}

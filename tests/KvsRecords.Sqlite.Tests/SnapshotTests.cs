using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

public sealed class SnapshotTests : IAsyncDisposable
{
    private readonly StorageInFolder _folder = new();

    private static CancellationToken Running => StorageInFolder.Running;

    private SqliteStorage Storage => _folder.Storage;

    [Fact]
    public async Task A_snapshot_sees_what_was_there_whatever_is_written_since()
    {
        var store = await _folder.StoreAsync();
        var large = StorageInFolder.Random(100_000);
        await _folder.PutAsync(store, "overwritten", [1]);
        await _folder.PutAsync(store, "deleted", large);
        await using var snapshot = await _folder.OpenAsync(store);

        await _folder.PutAsync(store, "overwritten", StorageInFolder.Random(50_000));
        await Storage.DeleteAsync(store, new RecordKey("deleted"), Running);
        await _folder.PutAsync(store, "new", [3]);
        await Storage.SweptAsync();

        var contents = await StorageInFolder.ContentsAsync(snapshot);
        Assert.Equal(["deleted", "overwritten"], contents.Keys);
        Assert.Equal([1], contents["overwritten"]);
        Assert.Equal(large, contents["deleted"]);
        Assert.Null(await snapshot.ValueAsync("new", Running));
    }

    [Fact]
    public async Task A_snapshot_of_a_store_that_is_deleted_goes_on_seeing_it()
    {
        var store = await _folder.StoreAsync();
        var large = StorageInFolder.Random(100_000);
        await _folder.PutAsync(store, "a", large);
        var snapshot = await _folder.OpenAsync(store);

        await Storage.DeleteAsync(store, Running);
        await Storage.SweptAsync();

        Assert.Equal(large, await snapshot.ValueAsync("a", Running));
        await snapshot.DisposeAsync();
        await Storage.SweptAsync();
        Assert.Empty(_folder.BodyFiles);
    }

    [Fact]
    public async Task A_body_that_nobody_sees_any_more_is_removed_once_the_last_snapshot_is_closed()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", StorageInFolder.Random(100_000));
        var one = await _folder.OpenAsync(store);
        await _folder.PutAsync(store, "a", StorageInFolder.Random(100_001));
        var other = await _folder.OpenAsync(store);
        await Storage.DeleteAsync(store, new RecordKey("a"), Running);
        await Storage.SweptAsync();
        Assert.Equal(2, _folder.BodyFiles.Count());

        await one.DisposeAsync();
        await Storage.SweptAsync();
        Assert.Equal(100_001, (await other.ValueAsync("a", Running))?.Length);
        Assert.Single(_folder.BodyFiles);

        await other.DisposeAsync();
        await Storage.SweptAsync();
        Assert.Empty(_folder.BodyFiles);
    }

    [Fact]
    public async Task What_was_opened_is_read_to_its_end_although_its_body_is_removed()
    {
        var store = await _folder.StoreAsync();
        var value = StorageInFolder.Random(1_000_000);
        await _folder.PutAsync(store, "a", value);
        var snapshot = await _folder.OpenAsync(store);
        await using var content = await snapshot.OpenAsync(new RecordKey("a"), Running);

        await snapshot.DisposeAsync();
        await Storage.DeleteAsync(store, Running);
        await Storage.SweptAsync();

        Assert.Empty(_folder.BodyFiles);
        Assert.Equal(value, await content!.ValueAsync(Running));
    }

    [Fact]
    public async Task More_records_than_a_page_or_a_removal_come_and_go()
    {
        const int Records = 1_500;
        var store = await _folder.StoreAsync();
        var keys = Enumerable.Range(0, Records).Select(StorageInFolder.NumberOf).ToList();
        await Task.WhenAll(keys.Select(key => _folder.PutAsync(store, key, [1])));
        await Task.WhenAll(keys.Select(key => _folder.PutAsync(store, key, [2])));

        Assert.Equal(keys, await Storage.KeysAsync(store, null, Running));
        Assert.Equal(keys[1_000..1_100], await Storage.KeysAsync(store, new RecordFilter("0010"), Running));

        await Storage.DeleteAsync(store, Running);
        await Storage.SweptAsync();
        Assert.Equal(0, _folder.RowsOf("records"));
        Assert.Equal(0, _folder.RowsOf("stores"));
    }

    // Its file may be removed between finding and opening it.
    [Fact]
    public async Task A_record_that_is_overwritten_without_end_is_opened_by_itself_each_time()
    {
        var store = await _folder.StoreAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        await _folder.PutAsync(store, "a", StorageInFolder.Random(20_000));
        var writer = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await _folder.PutAsync(store, "a", StorageInFolder.Random(20_000 + (i % 100), i));
        }, Running);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                await using var content = await Storage.OpenRecordAsync(store, new RecordKey("a"), Running);
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
        var store = await _folder.StoreAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        await _folder.PutAsync(store, "counter", BitConverter.GetBytes(0));
        await _folder.PutAsync(store, "large", StorageInFolder.Random(20_000, 0));

        var writers = Enumerable.Range(0, 3).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 400; i++)
            {
                await _folder.PutAsync(store, $"large-{writer}", StorageInFolder.Random(17_000 + i, i));
                await _folder.PutAsync(store, $"small-{writer}", BitConverter.GetBytes(i));
                if (i % 3 == 0)
                    await Storage.DeleteAsync(store, new RecordKey($"large-{writer}"), Running);
            }
        }, Running)).ToList();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var snapshots = 0;
            while (!stop.IsCancellationRequested)
            {
                await using var snapshot = await _folder.OpenAsync(store);
                var totals = ((SqliteSnapshot)snapshot).Totals;
                var contents = await StorageInFolder.ContentsAsync(snapshot);
                await Task.Yield();
                var again = await StorageInFolder.ContentsAsync(snapshot);

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
        await Storage.SweptAsync();
        Assert.Equal(await LiveRowsAsync(store), _folder.RowsOf("records"));
    }

    // What dies in a transaction is seen by whoever opens before that one is committed, and is looked for after it. Waiting for the
    // disk makes the moment between the two longer.
    [Fact]
    public async Task What_dies_while_a_snapshot_opens_is_not_removed_with_what_died_before()
    {
        await using var durable = new StorageInFolder(durable: true);
        var store = await durable.StoreAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        await durable.PutAsync(store, "overwritten", [0]);
        var writers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await durable.PutAsync(store, "overwritten", [1]);
        }, Running)).ToList();

        for (var i = 0; i < 1_500; i++)
        {
            await using var snapshot = await durable.OpenAsync(store);
            await durable.PutAsync(store, "after", [1]);
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

    private async Task<long> LiveRowsAsync(Store store) => (await Storage.KeysAsync(store, null, Running)).Count;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}

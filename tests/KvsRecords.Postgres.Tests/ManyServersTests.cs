using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using KvsRecords.Archive;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Postgres.Tests;

/// <summary>Two and three servers on one database.</summary>
public sealed class ManyServersTests
{
    private static readonly int Splits =
        int.TryParse(Environment.GetEnvironmentVariable("KVS_RECORDS_SPLITS"), CultureInfo.InvariantCulture, out var splits) ? splits : 100;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_several_servers_that_create_the_same_name_one_does()
    {
        await using var servers = await Servers.OpenAsync(3);
        for (var round = 0; round < 20; round++)
        {
            var name = $"store-{round}";
            var found = await Task.WhenAll(servers.All.SelectMany(server => Enumerable.Range(0, 4).Select(
                _ => server.GetOrCreateAsync(StorageInDatabase.Owner, round % 2 == 0 ? name : name.ToUpperInvariant(), null, Running).AsTask())));

            Assert.Single(found, one => one.IsNew);
            Assert.Single(found.Select(one => one.Store.Id).Distinct());
        }
    }

    [Fact]
    public async Task A_store_that_is_declared_by_several_servers_at_once_is_one_store()
    {
        await using var servers = await Servers.OpenAsync(3);
        var declaration = new StoreDeclaration { Name = "declared", GeneralAccess = GeneralAccess.AnyoneWithIdCanRead };

        var declared = await Task.WhenAll(servers.All.Select(server => server.DeclareAsync(declaration, StorageInDatabase.Owner, Running).AsTask()));

        Assert.Single(declared.Select(store => store.Id).Distinct());
        Assert.Single(await servers[0].ListAsync(Running));
    }

    [Fact]
    public async Task A_write_that_was_answered_is_seen_by_every_request_after_it_on_every_server()
    {
        await using var servers = await Servers.OpenAsync(3);
        var store = await servers.StoreAsync();
        for (var i = 0; i < 300; i++)
        {
            var value = Sample.Random(i % 3 == 0 ? 30_000 : 200, i);
            await servers.PutAsync(i % 3, store, $"key-{i % 7}", value);
            foreach (var server in servers.All)
            {
                await using var content = await server.OpenRecordAsync(store, new RecordKey($"key-{i % 7}"), Running);
                Assert.Equal(value, await content!.ValueAsync(Running));
            }

            if (i % 10 == 9)
            {
                Assert.True(await servers[(i + 1) % 3].DeleteAsync(store, new RecordKey($"key-{i % 7}"), Running));
                Assert.Null(await servers[(i + 2) % 3].OpenRecordAsync(store, new RecordKey($"key-{i % 7}"), Running));
            }
        }
    }

    [Fact]
    public async Task The_same_keys_from_three_servers_leave_sums_that_are_right()
    {
        await using var servers = await Servers.OpenAsync(3);
        var store = await servers.StoreAsync();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(writer => Task.Run(
            async () =>
            {
                var random = new Random(writer);
                for (var i = 0; i < 60; i++)
                {
                    var key = $"key-{random.Next(5)}";
                    if (random.Next(4) == 0)
                        await servers[writer % 3].DeleteAsync(store, new RecordKey(key), Running);
                    else
                        await servers.PutAsync(writer % 3, store, key, Sample.Random(random.Next(20) == 0 ? 40_000 : 300, random.Next()));
                }
            },
            Running)));

        Assert.Empty(await servers[1].VerifyAsync(progress: null, Running).ToListAsync(Running));
        var contents = await (await servers.SnapshotAsync(2, store)).ContentsAsync(Running);
        Assert.Equal(contents.Count, (await servers.Database.SweepAsync()).Records);
    }

    [Fact]
    public async Task A_store_that_one_server_deletes_is_still_read_by_the_snapshot_of_another()
    {
        await using var servers = await Servers.OpenAsync(2, new Intervals { Grace = TimeSpan.FromMilliseconds(1), Upkeep = TimeSpan.FromDays(1) });
        var store = await servers.StoreAsync();
        for (var i = 0; i < 20; i++)
            await servers.PutAsync(0, store, $"key-{i:D2}", Sample.Random(i % 2 == 0 ? 30_000 : 100, i));
        var snapshot = await servers.SnapshotAsync(0, store);
        await Task.Delay(10, Running);

        // Its server renews its leases; the other one removes.
        await servers[0].SweepAsync();
        Assert.True(await servers[1].DeleteAsync(store, Running));
        await Task.Delay(10, Running);
        await servers[1].SweepAsync();

        var contents = await snapshot.ContentsAsync(Running);
        Assert.Equal(20, contents.Count);
        Assert.Equal(Sample.Random(30_000, 4), contents["key-04"]);
        await snapshot.DisposeAsync();
        await servers[0].SweepAsync();
        await Task.Delay(10, Running);
        await servers[1].SweepAsync();
        Assert.Equal("0", await servers.Database.AskAsync("select count(*) from records"));
        await Task.Delay(10, Running);
        await servers[1].SweepAsync();
        Assert.Equal("0", await servers.Database.AskAsync("select count(*) from chunks"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_whose_heart_stops_breaks_its_downloads_off_rather_than_leave_records_out(bool beatsAgain)
    {
        var intervals = new Intervals
        {
            Grace = TimeSpan.FromMilliseconds(1),
            Lease = TimeSpan.FromMilliseconds(100),
            Trust = TimeSpan.FromMilliseconds(50),
            Upkeep = TimeSpan.FromDays(1),
        };
        await using var servers = await Servers.OpenAsync(2, intervals);
        var store = await servers.StoreAsync();
        await servers.PutAsync(0, store, "a", [1]);
        var snapshot = await servers.SnapshotAsync(0, store);
        await Task.Delay(150, Running);
        await servers.PutAsync(1, store, "a", [2]);
        await Task.Delay(10, Running);
        await servers[1].SweepAsync();
        Assert.Equal("1", await servers.Database.AskAsync("select count(*) from records"));

        if (beatsAgain)
            await servers[0].SweepAsync();
        using var entries = snapshot.ReadEntries(from: null);
        await Assert.ThrowsAsync<IOException>(() => entries.LoadAsync(Running).AsTask());
        await Assert.ThrowsAsync<IOException>(() => snapshot.ContentsAsync(Running));

        // What begins after it is whole again.
        Assert.Equal([2], (await (await servers.SnapshotAsync(0, store)).ContentsAsync(Running))["a"]);
    }

    [Fact]
    public async Task A_store_that_is_read_on_another_server_does_not_expire()
    {
        await using var servers = await Servers.OpenAsync(2, new Intervals { Flush = TimeSpan.FromSeconds(1), Upkeep = TimeSpan.FromDays(1) });
        var store = (await servers[0].GetOrCreateAsync(StorageInDatabase.Owner, null, null, Running)).Store;
        await servers.PutAsync(0, store, "a", [1]);
        await Task.Delay(5, Running);
        var since = TimeProvider.System.GetUtcNow();

        // The read is counted where it was done, and not saved yet.
        await using (await servers[1].OpenRecordAsync(store, new RecordKey("a"), Running))
            Assert.Empty(await servers[0].DeleteUnusedAsync([store], since, Running));
        Assert.NotNull(await servers[1].FindByIdAsync(store.Id, Running));

        // The last counts may still be on their way.
        Assert.Single(await servers[0].DeleteUnusedAsync([store], TimeProvider.System.GetUtcNow().AddMinutes(1), Running));
        Assert.Null(await servers[1].FindByIdAsync(store.Id, Running));
    }

    [Fact]
    public async Task All_stores_that_are_due_expire_after_one_wait_but_those_that_are_used_meanwhile()
    {
        var intervals = new Intervals { Flush = TimeSpan.FromSeconds(1), Upkeep = TimeSpan.FromDays(1) };
        await using var servers = await Servers.OpenAsync(2, intervals);
        var stores = new List<Store>();
        for (var i = 0; i < 30; i++)
            stores.Add((await servers[i % 2].GetOrCreateAsync(StorageInDatabase.Owner, i == 0 ? "named" : null, null, Running)).Store);
        await servers.PutAsync(1, stores[1], "a", [1]);
        await servers.PutAsync(1, stores[2], "a", [1]);
        await Task.Delay(20, Running);

        var since = TimeProvider.System.GetUtcNow();
        var start = Stopwatch.GetTimestamp();
        var expiry = servers[0].DeleteUnusedAsync(stores, since, Running).AsTask();
        await Task.Delay(1_000, Running);
        await (await servers[1].OpenRecordAsync(stores[1], new RecordKey("a"), Running))!.DisposeAsync();
        await servers[1].ListRecordsAsync(stores[2], RecordFilter.Everything, after: null, 1, Running);
        await servers.PutAsync(1, stores[3], "a", [1]);

        Assert.Equal(stores.Skip(4), await expiry);
        Assert.InRange(Stopwatch.GetElapsedTime(start), 2 * intervals.Flush, 30 * intervals.Flush);
        Assert.Equal(stores.Take(4).Select(store => store.Id), (await servers[1].ListAsync(Running)).Select(store => store.Id));
        Assert.Equal("0", await servers.Database.AskAsync("select count(*) from stores where state = 0 and is_expiring"));
    }

    [Fact]
    public async Task What_servers_count_adds_up()
    {
        await using var servers = await Servers.OpenAsync(3);
        var store = await servers.StoreAsync();
        await servers.PutAsync(0, store, "a", [1]);
        await Task.WhenAll(servers.All.Select(server => Task.Run(
            async () =>
            {
                for (var i = 0; i < 100; i++)
                    await (await server.OpenRecordAsync(store, new RecordKey("a"), Running))!.DisposeAsync();
            },
            Running)));

        foreach (var server in servers.All)
            await server.DisposeAsync();
        Assert.Equal("300", await servers.Database.AskAsync("select reads from stores"));
    }

    [Fact]
    public async Task What_is_done_alone_is_done_by_one_server_at_a_time()
    {
        await using var servers = await Servers.OpenAsync(3);
        var inside = 0;
        var seen = new ConcurrentBag<int>();
        await Task.WhenAll(servers.All.Select(server => server.RunAloneAsync(
            async () =>
            {
                seen.Add(Interlocked.Increment(ref inside));
                await Task.Delay(20, Running);
                return Interlocked.Decrement(ref inside);
            },
            Running)));

        Assert.Equal([1, 1, 1], seen);
    }

    [Fact]
    public async Task Ranges_from_alternating_servers_assemble_to_the_archive_of_one()
    {
        await using var servers = await Servers.OpenAsync(2);
        var store = await servers.StoreAsync();
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => servers.PutAsync(i % 2, store, $"key-{i:D3}", Sample.Random(i % 20 == 0 ? 50_000 : i * 5, i))));
        var whole = await ReadAsync(servers, 0, store, from: 0, count: int.MaxValue);
        var version = await VersionAsync(servers, 0, store);
        var random = new Random(1);
        for (var i = 0; i < Splits; i++)
        {
            var from = random.Next(whole.Length);
            var count = random.Next(1, 4) == 1 ? whole.Length - from : random.Next(1, 5_000);
            var piece = await ReadAsync(servers, i % 2, store, from, count);
            Assert.True(piece.AsSpan().SequenceEqual(whole.AsSpan(from, Math.Min(count, whole.Length - from))), $"{from}, {count}");
            Assert.Equal(version, await VersionAsync(servers, i % 2, store));
        }
    }

    private static async Task<string?> VersionAsync(Servers servers, int server, Store store)
    {
        await using var snapshot = await servers.SnapshotAsync(server, store);
        return (await snapshot.ReadStateAsync(Running)).Version;
    }

    private static async Task<byte[]> ReadAsync(Servers servers, int server, Store store, long from, int count)
    {
        await using var snapshot = await servers.SnapshotAsync(server, store);
        await using var stream = new SplicedStream(await SplicedArchive.LayOutAsync(snapshot, Running)) { Position = from };
        var bytes = new byte[Math.Min(count, stream.Length - from)];
        await stream.ReadExactlyAsync(bytes, Running);
        return bytes;
    }

    private sealed class Servers(StorageInDatabase database, List<PostgresStorage> all) : IAsyncDisposable
    {
        public StorageInDatabase Database => database;

        public IReadOnlyList<PostgresStorage> All => all;

        public PostgresStorage this[int server] => all[server];

        public static async Task<Servers> OpenAsync(int count, Intervals? intervals = null)
        {
            var database = await StorageInDatabase.OpenAsync(intervals: intervals);
            var all = new List<PostgresStorage> { database.Storage };
            while (all.Count < count)
                all.Add(await database.OpenAnotherAsync(intervals));
            return new Servers(database, all);
        }

        public Task<Store> StoreAsync() => database.StoreAsync();

        public async Task PutAsync(int server, Store store, string key, byte[] value) =>
            Assert.True(await all[server].PutAsync(store, new(new(key)), new MemoryStream(value), Running));

        public async Task<ICompressedSnapshot> SnapshotAsync(int server, Store store) =>
            (await all[server].OpenCompressedSnapshotAsync(store, RecordFilter.Everything, Running))!;

        public async ValueTask DisposeAsync()
        {
            foreach (var server in all)
                await server.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}

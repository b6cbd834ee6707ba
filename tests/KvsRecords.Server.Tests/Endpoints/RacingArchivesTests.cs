using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.ArchiveReaders;
using KvsRecords.Sqlite;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>
/// Archives of a store while others write, overwrite and delete its records and dead versions are removed: each is a state that the store
/// really had, with the right checksums. <c>KVS_RECORDS_RACES</c> says how many archives.
/// </summary>
public sealed class RacingArchivesTests : IAsyncDisposable
{
    private const int Writers = 3;
    private const int Readers = 3;
    private const int ChangesAtOnce = 8;

    private static readonly int Races = HowMany.Of("KVS_RECORDS_RACES", usually: 150);
    private static readonly User Owner = new("KvsRecordsDevUser", "dev");

    private readonly StorageFolder _folder = new();
    private readonly SqliteStorage _stores;

    public RacingArchivesTests() =>
        _stores = SqliteStorage.Open(new() { Folder = Path.Join(_folder.Path, "data"), FindUser = _ => Owner, Durable = false });

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_archive_is_a_state_that_the_store_really_had()
    {
        var (store, _) = await _stores.GetOrCreateAsync(Owner, "raced", null, Running);
        var history = new StoreHistory(Writers);
        await RaceAsync(history, Races, (key, value) => ChangeAsync(store, key, value), async (random, letWrite) =>
        {
            letWrite();
            var check = history.Begin();
            await using var snapshot = (await _stores.OpenCompressedSnapshotAsync(store, RecordFilter.Everything, Running))!;
            var archive = await WriteAsync(snapshot, from: 0);
            check(archive);

            // Whatever is overwritten, deleted and removed until then.
            letWrite();
            var from = random.Next(archive.Length);
            Assert.Equal(archive[from..], await WriteAsync(snapshot, from));
        });
    }

    [Fact]
    public async Task So_is_each_archive_that_a_client_gets()
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();
        var history = new StoreHistory(Writers);
        await RaceAsync(
            history,
            Races / 5,
            async (key, value) =>
            {
                using var response = value is null
                    ? await server.SendAsync(HttpMethod.Delete, $"{store}/records/{key}")
                    : await server.SendAsync(HttpMethod.Put, $"{store}/records/{key}", OwnServer.Body(value, null));
                Assert.True(response.IsSuccessStatusCode);
            },
            async (_, letWrite) =>
            {
                letWrite();
                var check = history.Begin();
                using var response = await server.GetAsync($"{store}/records");
                check(await response.Content.ReadAsByteArrayAsync(Running));
            });
    }

    [Fact]
    public async Task A_store_that_is_deleted_and_made_again_is_never_mixed_with_the_one_before()
    {
        var remaking = Task.Run(async () =>
        {
            for (var generation = 0; generation < Races / 10; generation++)
            {
                var (store, _) = await _stores.GetOrCreateAsync(Owner, "remade", null, Running);
                for (var i = 0; i < 8; i++)
                    await ChangeAsync(store, $"key-{i}", Remade(generation, i));
                await _stores.DeleteAsync(store, Running);
            }
        }, Running);

        var generations = new HashSet<int>();
        while (!remaking.IsCompleted)
        {
            if (await _stores.FindByNameAsync(Owner, "remade", Running) is not { } store
                || await _stores.OpenCompressedSnapshotAsync(store, RecordFilter.Everything, Running) is not { } snapshot)
            {
                continue;
            }

            await using (snapshot)
            {
                var layout = ZipLayout.Read(await WriteAsync(snapshot, from: 0));
                var values = layout.Members.Select(layout.ContentOf).ToList();
                var generation = values.Count == 0 ? -1 : BitConverter.ToInt32(values[0]);
                Assert.Equal(values.Select((_, i) => $"key-{i}"), layout.Members.Select(member => member.Name));
                Assert.All(values.Select((value, i) => (value, i)), each => Assert.Equal(Remade(generation, each.i), each.value));
                generations.Add(generation);
            }
        }

        await remaking;
        Assert.True(generations.Count > 2, $"{generations.Count} generations");
    }

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        _folder.Dispose();
    }

    // Those who read and those who write wait for each other, with room between them: otherwise, where one is slow, it meets no other.
    private static async Task RaceAsync(
        StoreHistory history, int archives, Func<string, byte[]?, Task> change, Func<Random, Action, Task> archive)
    {
        using var mayWrite = new SemaphoreSlim(10 * ChangesAtOnce);
        using var written = new SemaphoreSlim(0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        var writers = history.Writers.Select(writer => Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    await mayWrite.WaitAsync(stop.Token);
                    await writer.ChangeAsync(change);
                    written.Release();
                }
            }
            finally
            {
                await stop.CancelAsync();
            }
        }, Running)).ToList();
        var left = archives;
        var readers = Enumerable.Range(0, Readers).Select(reader => Task.Run(async () =>
        {
            var random = new Random(reader);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await written.WaitAsync(stop.Token);
                await written.WaitAsync(stop.Token);
                await archive(random, () => mayWrite.Release(ChangesAtOnce));
            }
        }, Running)).ToList();

        try
        {
            await Task.WhenAll(readers);
        }
        finally
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(writers));
        }

        history.AssertOneAfterTheOther();
        Assert.True(history.States > archives / 10, $"{history.States} states");
    }

    private async Task ChangeAsync(Store store, string key, byte[]? value) => Assert.True(value is null
        ? await _stores.DeleteAsync(store, new RecordKey(key), Running)
        : await _stores.PutAsync(store, new NewRecord(new RecordKey(key)), new MemoryStream(value), Running));

    private static async Task<byte[]> WriteAsync(ICompressedSnapshot snapshot, int from)
    {
        var output = new MemoryStream();
        var pipe = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        var archive = await SplicedArchive.LayOutAsync(snapshot, TestContext.Current.CancellationToken);
        await archive.WriteAsync(pipe, from, Running);
        await pipe.CompleteAsync();
        Assert.Equal(archive.Length - from, output.Length);
        return output.ToArray();
    }

    private static byte[] Remade(int generation, int number)
    {
        var value = new byte[number % 2 == 0 ? 100 : 17_000];
        BitConverter.TryWriteBytes(value, generation);
        new Random(number).NextBytes(value.AsSpan(4));
        return value;
    }
}

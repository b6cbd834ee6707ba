using System.Diagnostics;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

/// <summary>A disk of 64 MiB that is filled. Only root can make one.</summary>
public sealed class FullDiskTests : IAsyncDisposable
{
    private readonly string _disk = Directory.CreateTempSubdirectory("kvs-records-disk-").FullName;
    private readonly Dictionary<string, byte[]> _model = [];
    private readonly Lock _lock = new();
    private readonly bool _isMounted;

    public FullDiskTests() => _isMounted = Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", _disk);

    private static CancellationToken Running => StorageInFolder.Running;

    [Theory]
    [InlineData(1, 15_000)]
    [InlineData(20_000, 400_000)]
    [InlineData(1, 60_000)]
    public async Task On_a_full_disk_nothing_that_was_answered_is_lost_and_with_room_again_all_goes_on(int shortest, int longest)
    {
        Assert.SkipUnless(_isMounted, "A small disk can be mounted by root only.");
        await using var folder = new StorageInFolder(durable: true, _disk);
        var store = await folder.StoreAsync();
        await File.WriteAllBytesAsync(Path.Join(_disk, "room"), new byte[16 * 1024 * 1024], Running);

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => FillAsync(folder, store, writer, shortest, longest))), Assert.True);
        await FillDiskAsync();
        Assert.All(await Task.WhenAll(Enumerable.Range(4, 4).Select(writer => FillAsync(folder, store, writer, shortest, longest))), Assert.True);
        await Assert.ThrowsAsync<IOException>(() => folder.Storage.CheckAsync(Running).AsTask());
        await CheckAsync(folder, store);

        File.Delete(Path.Join(_disk, "room"));
        foreach (var key in _model.Keys.Order(StringComparer.Ordinal).Skip(10).ToList())
        {
            Assert.True(await folder.Storage.DeleteAsync(store, new RecordKey(key), Running));
            _model.Remove(key);
        }

        await folder.Storage.SweptAsync();
        await folder.Storage.CheckAsync(Running);
        await CheckAsync(folder, store);
        await PutAsync(folder, store, "again", Sample.Random(longest));

        await folder.RestartAsync();
        await CheckAsync(folder, store);
        Assert.Empty(await folder.Storage.VerifyAsync(null, Running).ToListAsync(Running));
    }

    [Fact]
    public async Task A_storage_on_a_full_disk_is_opened_and_read_and_says_that_nothing_can_be_written()
    {
        Assert.SkipUnless(_isMounted, "A small disk can be mounted by root only.");
        await using var folder = new StorageInFolder(durable: true, _disk);
        var store = await folder.StoreAsync();
        await PutAsync(folder, store, "a", Sample.Random(100_000));
        await folder.Storage.DisposeAsync();
        await FillDiskAsync();

        await folder.RestartAsync();

        await CheckAsync(folder, store);
        await Assert.ThrowsAsync<IOException>(() => PutAsync(folder, store, "b", Sample.Random(100_000)));
        await Assert.ThrowsAsync<IOException>(() => folder.Storage.CheckAsync(Running).AsTask());

        // A deletion takes room too, before it makes any.
        await Assert.ThrowsAsync<IOException>(() => folder.Storage.DeleteAsync(store, new RecordKey("a"), Running).AsTask());
        await CheckAsync(folder, store);
        File.Delete(Path.Join(_disk, "others"));
        await folder.Storage.CheckAsync(Running);
        Assert.True(await folder.Storage.DeleteAsync(store, new RecordKey("a"), Running));
    }

    public ValueTask DisposeAsync()
    {
        if (_isMounted)
            Run("umount", _disk);
        Directory.Delete(_disk, recursive: true);
        return ValueTask.CompletedTask;
    }

    // Until three are refused one after the other; false when the disk did not get full.
    private async Task<bool> FillAsync(StorageInFolder folder, Store store, int writer, int shortest, int longest)
    {
        var (random, refused) = (new Random(writer), 0);
        for (var i = 0; i < 20_000; i++)
        {
            try
            {
                var length = random.Next(shortest, longest);
                await PutAsync(folder, store, $"{writer}-{Sample.NumberOf(i)}", Sample.Random(length, i));
                refused = 0;
            }
            catch (IOException) when (++refused == 3)
            {
                return true;
            }
            catch (IOException)
            {
                // One that is shorter may still have room.
            }
        }

        return false;
    }

    // What other programs write takes the rest.
    private async Task FillDiskAsync()
    {
        await using var file = File.Create(Path.Join(_disk, "others"), 1);
        try
        {
            while (true)
                file.Write(new byte[4_096]);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    private async Task PutAsync(StorageInFolder folder, Store store, string key, byte[] value)
    {
        await folder.PutAsync(store, key, value);
        lock (_lock)
            _model[key] = value;
    }

    private async Task CheckAsync(StorageInFolder folder, Store store)
    {
        await using (var snapshot = await folder.OpenAsync(store))
        {
            var contents = await snapshot.ContentsAsync(StorageInFolder.Running);
            Assert.Equal(_model.Keys.Order(StringComparer.Ordinal), contents.Keys);
            Assert.All(_model, each => Assert.Equal(each.Value, contents[each.Key]));
        }

        Assert.Equal(_model.Values.Count(value => value.Length > 16 * 1024), folder.BodyFiles.Count());
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

using System.Globalization;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>The names of a store are listed once for a request, however many they are, and no value is held.</summary>
public sealed class ListedOnceTests : IDisposable
{
    private const int Many = 100_000;

    // So many files take seconds to make on a disk.
    private const string Memory = "/dev/shm";

    private readonly StorageFolder _storage = Directory.Exists(Memory) ? new(Memory) : new();
    private readonly StoreFolder _store;

    public ListedOnceTests() => _store = _storage.Store("default");

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_thousand_records_are_listed_in_order_and_any_of_them_opens()
    {
        for (var i = 0; i < Many; i++)
            File.OpenHandle(_store.PathOf(Key(i) + ".json"), FileMode.CreateNew, FileAccess.Write).Dispose();
        await using var snapshot = await _store.OpenSnapshotAsync();

        var keys = await snapshot.KeysAsync(Running);

        Assert.Equal(Enumerable.Range(0, Many).Select(Key), keys);
        foreach (var key in (string[])[keys[0], keys[Many / 2], keys[^1]])
            Assert.Empty(await snapshot.ValueAsync(key, Running) ?? [1]);
        Assert.Equal(["it's 077777"], await _storage.Open().KeysAsync(await _store.FindAsync(), new RecordFilter("it's 077777"), Running));
    }

    [Fact]
    public async Task A_folder_whose_names_may_not_be_listed_any_more_is_read_by_the_names_listed_before()
    {
        string[] names = ["c.json", "a.json", "b.txt"];
        foreach (var name in names)
            _store.Write(name);
        await using var snapshot = await _store.OpenSnapshotAsync();
        File.SetUnixFileMode(_store.Path, UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

        Assert.Equal(3, await Unix.AsUnprivilegedAsync(OpenAllAsync));
        var store = await _store.FindAsync();
        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => Unix.AsUnprivilegedAsync(() => _storage.Open().KeysAsync(store, null, Running)));

        async Task<int> OpenAllAsync()
        {
            var opened = 0;
            await foreach (var key in snapshot.ReadKeysAsync(Running))
            {
                await using var content = await snapshot.OpenAsync(key, Running);
                opened += content is null ? 0 : 1;
            }

            return opened;
        }
    }

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"it's {number:D6}");
}

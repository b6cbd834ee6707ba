using System.Globalization;
using KvsRecords.Archive;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

/// <summary>
/// A program that writes, deletes, imports and reads is killed at random moments. <c>KVS_RECORDS_KILLS</c> says how often, for those who
/// have the time for hundreds.
/// </summary>
public abstract class KillContract
{
    private readonly int _rounds;

    private readonly DeedHistory _history = new();

    /// <param name="rounds">How often it is killed where <c>KVS_RECORDS_KILLS</c> does not say it.</param>
    protected KillContract(int rounds) =>
        _rounds = int.TryParse(Environment.GetEnvironmentVariable("KVS_RECORDS_KILLS"), CultureInfo.InvariantCulture, out var more) ? more : rounds;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    private static User Owner => StoreReaderContract.Owner;

    /// <summary>A new storage without a store, whose writes survive.</summary>
    protected abstract Task<IManagedStorage> OpenAsync();

    [Fact]
    public async Task What_was_answered_is_there_after_a_kill_and_nothing_else_is_left()
    {
        await using var storage = await OpenAsync();
        for (var round = 0; round < _rounds; round++)
        {
            await storage.Managed.DisposeAsync();
            await KillAsync(storage.Place, round);
            await storage.RestartAsync();
            await CheckAsync(storage);
        }

        Assert.All(_history.Done, done => Assert.True(done > _rounds));
    }

    private async Task KillAsync(string place, int round)
    {
        using var victim = _history.Start(place);
        var errors = victim.StandardError.ReadToEndAsync(Running);

        // After the first deeds there is something to lose; the moment after them is anybody's guess.
        var left = 20 + new Random(round).Next(600);
        while (await victim.StandardOutput.ReadLineAsync(Running) is { } line)
        {
            _history.Note(line);
            if (--left == 0)
                victim.Kill();
        }

        await victim.WaitForExitAsync(Running);
        Assert.Equal("", await errors);
    }

    private async Task CheckAsync(IManagedStorage storage)
    {
        var store = (await storage.Writer.GetOrCreateAsync(Owner, "victim", null, Running)).Store;
        await _history.SettleAsync(key => ValueAsync(storage, store, key));
        var expected = _history.Records;
        await using var snapshot = await storage.Stores.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
        Assert.Equal(expected.Select(each => each.Key), await snapshot.KeysAsync(Running));
        foreach (var (key, value) in expected)
            Assert.Equal(value, await snapshot.ValueAsync(key, Running));

        if ((await storage.Managed.FindByNameAsync(Owner, "other", Running)) is { } other)
            await storage.Managed.DeleteAsync(other, Running);
        await CheckImportAsync(storage);
        Assert.Equal(expected.Count, (await storage.SweepAsync()).Records);
        Assert.Equal(((ICompressedSnapshot)snapshot).Totals.CompressedBytes, expected.Sum(each => each.Value!.Length));
        Assert.Empty(await storage.Managed.VerifyAsync(progress: null, Running).ToListAsync(Running));
    }

    // It is there whole or not at all; what is left of one that is not is counted with everything else.
    private static async Task CheckImportAsync(IManagedStorage storage)
    {
        if (await storage.Managed.FindByNameAsync(Owner, ImportedStore.Name, Running) is not { } store)
            return;

        await using (var snapshot = await storage.Stores.OpenSnapshotAsync(store, RecordFilter.Everything, Running))
        {
            var contents = await snapshot.ContentsAsync(Running);
            Assert.Equal(Enumerable.Range(0, ImportedStore.Records).Select(ImportedStore.KeyOf), contents.Keys);
            for (var number = 0; number < ImportedStore.Records; number++)
                Assert.Equal(ImportedStore.ValueOf(number), contents[ImportedStore.KeyOf(number)]);
        }

        await storage.Managed.DeleteAsync(store, Running);
    }

    private static async Task<byte[]?> ValueAsync(IManagedStorage storage, Store store, string key)
    {
        await using var snapshot = await storage.Stores.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
        return await snapshot.ValueAsync(key, Running);
    }
}

using System.Diagnostics;
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

    private readonly int[] _begun = Enumerable.Repeat(-1, Deed.Writers).ToArray();
    private readonly int[] _done = Enumerable.Repeat(-1, Deed.Writers).ToArray();
    private readonly Dictionary<string, byte[]?> _model = [];

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

        Assert.All(_done, done => Assert.True(done > _rounds));
    }

    private async Task KillAsync(string place, int round)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Join(AppContext.BaseDirectory, "KvsRecords.Victim.dll"));
        start.ArgumentList.Add(place);
        foreach (var number in _begun)
            start.ArgumentList.Add((number + 1).ToString(CultureInfo.InvariantCulture));
        using var victim = Process.Start(start)!;
        var errors = victim.StandardError.ReadToEndAsync(Running);

        // After the first deeds there is something to lose; the moment after them is anybody's guess.
        var left = 20 + new Random(round).Next(600);
        while (await victim.StandardOutput.ReadLineAsync(Running) is { } line)
        {
            Note(line);
            if (--left == 0)
                victim.Kill();
        }

        await victim.WaitForExitAsync(Running);
        Assert.Equal("", await errors);
    }

    // The kill may have cut the last line, which then says nothing.
    private void Note(string line)
    {
        var parts = line.Split(' ');
        if (parts.Length != 3 || !int.TryParse(parts[1], out var writer) || !int.TryParse(parts[2], out var number))
            return;

        if (parts[0] == "b" && number == _begun[writer] + 1)
            _begun[writer] = number;
        else if (parts[0] == "d" && number == _begun[writer])
            Do(writer, number);
    }

    private void Do(int writer, int number)
    {
        var deed = Deed.Of(writer, number);
        _model[deed.Key] = deed.Value;
        _done[writer] = number;
    }

    private async Task CheckAsync(IManagedStorage storage)
    {
        var store = (await storage.Writer.GetOrCreateAsync(Owner, "victim", null, Running)).Store;
        for (var writer = 0; writer < Deed.Writers; writer++)
        {
            // What was begun and not answered may be done or not, but not by half.
            if (_begun[writer] == _done[writer])
                continue;

            var deed = Deed.Of(writer, _begun[writer]);
            var value = await ValueAsync(storage, store, deed.Key);
            if (Same(value, deed.Value))
                Do(writer, _begun[writer]);
        }

        var expected = _model.Where(each => each.Value is not null).OrderBy(each => each.Key, StringComparer.Ordinal).ToList();
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

    private static bool Same(byte[]? one, byte[]? other) =>
        one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
}

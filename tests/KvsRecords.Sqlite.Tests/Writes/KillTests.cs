using System.Diagnostics;
using System.Globalization;
using KvsRecords.Archive;
using KvsRecords.Sqlite.Victim;
using KvsRecords.StorageContract;

namespace KvsRecords.Sqlite.Tests;

/// <summary>
/// A program that writes, deletes, imports and reads is killed at random moments. <c>KVS_RECORDS_KILLS</c> says how often, for those who
/// have the time for hundreds.
/// </summary>
public sealed class KillTests
{
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("KVS_RECORDS_KILLS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 8;

    private readonly int[] _begun = Enumerable.Repeat(-1, Deed.Writers).ToArray();
    private readonly int[] _done = Enumerable.Repeat(-1, Deed.Writers).ToArray();
    private readonly Dictionary<string, byte[]?> _model = [];

    [Fact]
    public async Task What_was_answered_is_there_after_a_kill_and_nothing_else_is_left()
    {
        await using var folder = new StorageInFolder(durable: true);
        for (var round = 0; round < Rounds; round++)
        {
            await folder.Storage.DisposeAsync();
            await KillAsync(folder.Folder, round);
            await folder.RestartAsync();
            await CheckAsync(folder);
        }

        Assert.All(_done, done => Assert.True(done > Rounds));
    }

    private async Task KillAsync(string folder, int round)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(Deed).Assembly.Location);
        start.ArgumentList.Add(folder);
        foreach (var number in _begun)
            start.ArgumentList.Add((number + 1).ToString(CultureInfo.InvariantCulture));
        using var victim = Process.Start(start)!;
        var errors = victim.StandardError.ReadToEndAsync(StorageInFolder.Running);

        // After the first deeds there is something to lose; the moment after them is anybody's guess.
        var left = 20 + new Random(round).Next(600);
        while (await victim.StandardOutput.ReadLineAsync(StorageInFolder.Running) is { } line)
        {
            Note(line);
            if (--left == 0)
                victim.Kill();
        }

        await victim.WaitForExitAsync(StorageInFolder.Running);
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

    private async Task CheckAsync(StorageInFolder folder)
    {
        var store = await folder.StoreAsync("victim");
        for (var writer = 0; writer < Deed.Writers; writer++)
        {
            // What was begun and not answered may be done or not, but not by half.
            if (_begun[writer] == _done[writer])
                continue;

            var deed = Deed.Of(writer, _begun[writer]);
            var value = await folder.ValueAsync(store, deed.Key);
            if (Same(value, deed.Value))
                Do(writer, _begun[writer]);
        }

        var expected = _model.Where(each => each.Value is not null).OrderBy(each => each.Key, StringComparer.Ordinal).ToList();
        await using var snapshot = await folder.OpenAsync(store);
        Assert.Equal(expected.Select(each => each.Key), await snapshot.KeysAsync(StorageInFolder.Running));
        foreach (var (key, value) in expected)
            Assert.Equal(value, await snapshot.ValueAsync(key, StorageInFolder.Running));

        if ((await folder.Storage.FindByNameAsync(StorageInFolder.Owner, "other", StorageInFolder.Running)) is { } other)
            await folder.Storage.DeleteAsync(other, StorageInFolder.Running);
        await CheckImportAsync(folder);
        await folder.Storage.SweptAsync();
        Assert.Equal(expected.Count, folder.RowsOf("records"));
        Assert.Equal(expected.Count(each => each.Value!.Length > 16 * 1024), folder.BodyFiles.Count());
        Assert.Equal(((ICompressedSnapshot)snapshot).Totals.CompressedBytes, expected.Sum(each => each.Value!.Length));
        Assert.Equal("ok", folder.Ask("pragma integrity_check"));
    }

    // It is there whole or not at all; what is left of one that is not is counted with everything else.
    private static async Task CheckImportAsync(StorageInFolder folder)
    {
        if (await folder.Storage.FindByNameAsync(StorageInFolder.Owner, ImportedStore.Name, StorageInFolder.Running) is not { } store)
            return;

        await using (var snapshot = await folder.OpenAsync(store))
        {
            var contents = await snapshot.ContentsAsync(StorageInFolder.Running);
            Assert.Equal(Enumerable.Range(0, ImportedStore.Records).Select(ImportedStore.KeyOf), contents.Keys);
            for (var number = 0; number < ImportedStore.Records; number++)
                Assert.Equal(ImportedStore.ValueOf(number), contents[ImportedStore.KeyOf(number)]);
        }

        await folder.Storage.DeleteAsync(store, StorageInFolder.Running);
    }

    private static bool Same(byte[]? one, byte[]? other) =>
        one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
}

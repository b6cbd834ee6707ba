using System.Text;
using KvsRecords.Managed;
using KvsRecords.StorageContract;

namespace KvsRecords.Sqlite.Tests;

public sealed class VerifyTests : IAsyncDisposable
{
    private readonly StorageInFolder _folder = new();
    private readonly Heard _progress = new();

    private static CancellationToken Running => StorageInFolder.Running;

    [Fact]
    public async Task Nothing_is_found_where_nothing_is_damaged()
    {
        var store = await _folder.StoreAsync();
        for (var i = 0; i < 20; i++)
            await _folder.PutAsync(store, $"it's_({i})!", Sample.Random(i * 2_000));
        await _folder.PutAsync(store, "text", Encoding.UTF8.GetBytes(new string('é', 200_000)));
        await _folder.PutAsync(await _folder.StoreAsync("other"), "a", []);
        await using var held = await _folder.OpenAsync(store);
        await _folder.PutAsync(store, "text", [1]);

        Assert.Empty(await VerifyAsync());
        Assert.Equal(Enumerable.Range(1, 22).Select(number => new VerifyProgress(number, 22)), _progress.Reports);
        Assert.Equal(0, (await _folder.StoreAsync("other")).Stats!.ListCount);
    }

    [Fact]
    public async Task Each_damaged_body_is_found_and_where_it_lies()
    {
        var store = await _folder.StoreAsync("Shop");
        await _folder.PutAsync(store, "1 changed", Sample.Random(100_000));
        await _folder.PutAsync(store, "2 short", Sample.Random(50_000));
        await _folder.PutAsync(store, "3 long", Sample.Random(55_000));
        await _folder.PutAsync(store, "4 missing", Sample.Random(60_000));
        await _folder.PutAsync(store, "5 small", [1, 2, 3]);
        await _folder.PutAsync(store, "6 deflated", Encoding.UTF8.GetBytes(new string('é', 200_000)));
        await _folder.PutAsync(store, "7 whole", Sample.Random(70_000));
        await _folder.Storage.DisposeAsync();
        string[] files = [_folder.BodyOf(100_000), _folder.BodyOf(50_000), _folder.BodyOf(55_000), _folder.BodyOf(60_000)];
        StorageInFolder.Damage(files[0], file => file.Write([0, 0, 0, 0]));
        StorageInFolder.Damage(files[1], file => file.SetLength(49_999));
        StorageInFolder.Damage(files[2], file => file.SetLength(55_001));
        File.Delete(files[3]);
        _folder.Change("update records set body = x'010204' where key = '5 small'");
        _folder.Change("update records set body = zeroblob(packed_length) where key = '6 deflated'");
        await _folder.RestartAsync();

        var damages = await VerifyAsync();

        var database = Path.Join(_folder.Folder, "records.db");
        Assert.Equal(
            [("1 changed", files[0]), ("2 short", files[1]), ("3 long", files[2]), ("4 missing", files[3]), ("5 small", database), ("6 deflated", database)],
            damages.Select(damage => (damage.Key!, damage.Place)));
        Assert.All(damages, damage => Assert.Equal("jane.doe~Shop", damage.Store));
        Assert.Equal("The file is missing.", damages[3].Reason);
        Assert.All(damages.Where((_, index) => index != 3), damage => Assert.StartsWith("The record is damaged: ", damage.Reason, StringComparison.Ordinal));
        Assert.Equal(new VerifyProgress(7, 7), _progress.Reports[^1]);
    }

    [Fact]
    public async Task A_damaged_page_of_the_database_is_found()
    {
        var store = await _folder.StoreAsync();
        for (var i = 0; i < 500; i++)
            await _folder.PutAsync(store, Sample.NumberOf(i), Sample.Random(1_000, i));
        await _folder.Storage.DisposeAsync();
        StorageInFolder.Damage(Path.Join(_folder.Folder, "records.db"), file =>
        {
            file.Position -= file.Position % 8_192;
            file.Write(Sample.Random(8_192));
        });
        await _folder.RestartAsync();

        var damages = await VerifyAsync();

        Assert.Contains(damages, damage => damage is { Store: null, Key: null } && damage.Place.EndsWith("records.db", StringComparison.Ordinal));
        Assert.Contains(damages, damage => damage.Store == "jane.doe~s");
    }

    [Fact]
    public async Task It_stops_when_it_is_cancelled()
    {
        await _folder.PutAsync(await _folder.StoreAsync(), "a", [1]);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _folder.Storage.VerifyAsync(null, stop.Token).ToListAsync(Running).AsTask());
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private async Task<List<Damage>> VerifyAsync() => await _folder.Storage.VerifyAsync(_progress, Running).ToListAsync(Running);

    private sealed class Heard : IProgress<VerifyProgress>
    {
        public List<VerifyProgress> Reports { get; } = [];

        public void Report(VerifyProgress value) => Reports.Add(value);
    }
}

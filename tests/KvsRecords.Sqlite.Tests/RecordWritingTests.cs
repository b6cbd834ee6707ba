using System.Text;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

public sealed class RecordWritingTests : IAsyncDisposable
{
    private readonly StorageInFolder _folder = new();

    private static CancellationToken Running => StorageInFolder.Running;

    private SqliteStorage Storage => _folder.Storage;

    [Fact]
    public async Task A_record_is_overwritten_and_deleted()
    {
        var store = await _folder.StoreAsync();

        await _folder.PutAsync(store, "it's_(fine)!", [1]);
        await _folder.PutAsync(store, "it's_(fine)!", [2, 3]);
        Assert.Equal([2, 3], await _folder.ValueAsync(store, "it's_(fine)!"));

        Assert.True(await Storage.DeleteAsync(store, new RecordKey("it's_(fine)!"), Running));
        Assert.Null(await _folder.ValueAsync(store, "it's_(fine)!"));
        Assert.False(await Storage.DeleteAsync(store, new RecordKey("it's_(fine)!"), Running));
        Assert.False(await Storage.DeleteAsync(store, new RecordKey("\uD800"), Running));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/Json ;  charset=\"x\"")]
    [InlineData("no type at all, é")]
    public async Task A_content_type_is_kept_exactly(string? contentType)
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", [1], contentType);
        await _folder.RestartAsync();

        await using var snapshot = await _folder.OpenAsync(store);
        await using var content = await snapshot.OpenAsync(new RecordKey("a"), Running);

        Assert.Equal(contentType, content!.ContentType);
    }

    [Fact]
    public async Task The_time_of_the_change_is_the_one_given_to_the_millisecond_or_now()
    {
        var given = new DateTimeOffset(2024, 2, 29, 23, 59, 59, 123, TimeSpan.FromHours(2));
        var store = await _folder.StoreAsync();
        await Storage.PutAsync(store, new(new("given"), null, given), new MemoryStream([1]), Running);
        var before = TimeProvider.System.GetUtcNow().AddMilliseconds(-1);
        await _folder.PutAsync(store, "now", [1]);

        await using var snapshot = await _folder.OpenAsync(store);
        await using var one = await snapshot.OpenAsync(new RecordKey("given"), Running);
        await using var other = await snapshot.OpenAsync(new RecordKey("now"), Running);

        Assert.Equal(given, one!.LastModified);
        Assert.InRange(other!.LastModified, before, TimeProvider.System.GetUtcNow());
    }

    // In a loop, since what is no text cannot be written into an attribute.
    [Fact]
    public async Task A_key_that_no_archive_may_hold_is_refused()
    {
        var store = await _folder.StoreAsync();

        foreach (var key in (string[])["", "..", "a\0b", "a\\b", "\uD83D", "x\uDE00", "\uDE00\uD83D"])
        {
            await Assert.ThrowsAsync<ArgumentException>(
                () => Storage.PutAsync(store, new(new(key)), new MemoryStream([1]), Running).AsTask());
        }
    }

    [Theory]
    [InlineData(16 * 1024, 0)]
    [InlineData((16 * 1024) + 1, 1)]
    [InlineData(3_000_000, 1)]
    public async Task Only_a_large_body_has_a_file_and_is_read_after_a_restart(int length, int files)
    {
        var value = StorageInFolder.Random(length);
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", value, "application/zip");

        Assert.Equal(files, _folder.BodyFiles.Count());
        await _folder.RestartAsync();

        Assert.Equal(files, _folder.BodyFiles.Count());
        Assert.Equal(value, await _folder.ValueAsync(store, "a"));
    }

    [Fact]
    public async Task What_is_long_but_packs_well_has_no_file()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", Encoding.UTF8.GetBytes(new string('é', 200_000)));

        Assert.Empty(_folder.BodyFiles);
        Assert.Equal(400_000, (await _folder.ValueAsync(store, "a"))?.Length);
    }

    [Fact]
    public async Task A_value_that_breaks_off_leaves_nothing_behind()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", [1]);
        using var value = new BreakingStream(500_000);

        await Assert.ThrowsAsync<IOException>(() => Storage.PutAsync(store, new(new("a")), value, Running).AsTask());

        Assert.Empty(_folder.BodyFiles);
        Assert.Equal([1], await _folder.ValueAsync(store, "a"));
    }

    [Fact]
    public async Task The_totals_are_those_of_the_records()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "é", [1, 2, 3]);
        await _folder.PutAsync(store, "b", StorageInFolder.Random(50_000));
        await _folder.PutAsync(store, "b", StorageInFolder.Random(20_000));
        await _folder.PutAsync(store, "c", [1]);
        await Storage.DeleteAsync(store, new RecordKey("c"), Running);
        await _folder.RestartAsync();

        await using var snapshot = await _folder.OpenAsync(store);
        var packed = Assert.IsType<SqliteSnapshot>(snapshot);

        Assert.EndsWith("-5", packed.Version, StringComparison.Ordinal);
        Assert.Equal(new(Records: 2, KeyBytes: 3, CompressedBytes: 20_003, ValueBytes: 20_003), packed.Totals);
    }

    [Fact]
    public async Task A_change_of_a_record_is_a_change_of_its_store()
    {
        var store = await _folder.StoreAsync();
        while (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() == store.CreatedAt!.Value.ToUnixTimeMilliseconds())
            await Task.Yield();

        await _folder.PutAsync(store, "a", [1]);

        Assert.True((await Storage.FindByIdAsync(store.Id, Running))!.ModifiedAt > store.CreatedAt);
    }

    [Fact]
    public async Task Writes_that_come_together_share_commits()
    {
        await using var durable = new StorageInFolder(durable: true);
        var store = await durable.StoreAsync();
        var before = durable.Storage.Commits;

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(
            () => durable.PutAsync(store, StorageInFolder.NumberOf(i), [1, 2, 3]), Running)));

        Assert.InRange(durable.Storage.Commits - before, 1, 250);
        await using var snapshot = await durable.OpenAsync(store);
        Assert.Equal(500, (await StorageInFolder.ContentsAsync(snapshot)).Count);
    }

    [Fact]
    public async Task Whatever_was_answered_before_closing_is_there_and_later_writes_are_refused()
    {
        var store = await _folder.StoreAsync();
        var writes = Enumerable.Range(0, 200).Select(i => _folder.PutAsync(store, StorageInFolder.NumberOf(i), [1])).ToList();
        await Task.WhenAll(writes);
        var closed = Storage;
        await _folder.RestartAsync();

        await using var snapshot = await _folder.OpenAsync(store);
        Assert.Equal(200, (await StorageInFolder.ContentsAsync(snapshot)).Count);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.DeleteAsync(store, Running).AsTask());
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private sealed class BreakingStream(int length) : MemoryStream(StorageInFolder.Random(length))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("The client left.");
    }
}

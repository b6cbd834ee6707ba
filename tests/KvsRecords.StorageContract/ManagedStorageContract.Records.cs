using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class ManagedStorageContract
{
    [Fact]
    public async Task A_record_is_overwritten_and_deleted()
    {
        var store = await StoreAsync();

        await PutAsync(store, "it's_(fine)!", [1]);
        await PutAsync(store, "it's_(fine)!", [2, 3]);
        Assert.Equal([2, 3], await ValueAsync(store, "it's_(fine)!"));

        Assert.True(await Writer.DeleteAsync(store, new RecordKey("it's_(fine)!"), Running));
        Assert.Null(await ValueAsync(store, "it's_(fine)!"));
        Assert.False(await Writer.DeleteAsync(store, new RecordKey("it's_(fine)!"), Running));
        Assert.False(await Writer.DeleteAsync(store, new RecordKey("\uD800"), Running));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/Json ;  charset=\"x\"")]
    [InlineData("no type at all, é")]
    public async Task A_content_type_is_kept_exactly(string? contentType)
    {
        var store = await StoreAsync();
        await PutAsync(store, "a", [1], contentType);
        await RestartAsync();

        await using var snapshot = await OpenAsync(store);
        await using var content = await snapshot.OpenAsync(new RecordKey("a"), Running);

        Assert.Equal(contentType, content!.ContentType);
    }

    [Fact]
    public async Task The_time_of_the_change_is_the_one_given_to_the_millisecond_or_now()
    {
        var given = new DateTimeOffset(2024, 2, 29, 23, 59, 59, 123, TimeSpan.FromHours(2));
        var store = await StoreAsync();
        await Writer.PutAsync(store, new(new("given"), null, given), new MemoryStream([1]), Running);
        var before = TimeProvider.System.GetUtcNow().AddMilliseconds(-1);
        await PutAsync(store, "now", [1]);

        await using var snapshot = await OpenAsync(store);
        await using var one = await snapshot.OpenAsync(new RecordKey("given"), Running);
        await using var other = await snapshot.OpenAsync(new RecordKey("now"), Running);

        Assert.Equal(given, one!.LastModified);
        Assert.InRange(other!.LastModified, before, TimeProvider.System.GetUtcNow());
    }

    // In a loop, since what is no text cannot be written into an attribute.
    [Fact]
    public async Task A_key_that_no_archive_may_hold_is_refused()
    {
        var store = await StoreAsync();

        foreach (var key in (string[])["", "..", "a\0b", "a\\b", "\uD83D", "x\uDE00", "\uDE00\uD83D"])
        {
            await Assert.ThrowsAsync<ArgumentException>(
                () => Writer.PutAsync(store, new(new(key)), new MemoryStream([1]), Running).AsTask());
        }
    }

    [Fact]
    public async Task A_value_that_breaks_off_leaves_nothing_behind()
    {
        var store = await StoreAsync();
        await PutAsync(store, "a", [1]);
        using var value = new BreakingStream(500_000);

        await Assert.ThrowsAsync<IOException>(() => Writer.PutAsync(store, new(new("a")), value, Running).AsTask());

        Assert.Equal(1, (await SweepAsync()).Records);
        Assert.Equal([1], await ValueAsync(store, "a"));
    }

    [Fact]
    public async Task The_totals_are_those_of_the_records()
    {
        var store = await StoreAsync();
        await PutAsync(store, "é", [1, 2, 3]);
        await PutAsync(store, "b", Sample.Random(50_000));
        await PutAsync(store, "b", Sample.Random(20_000));
        await PutAsync(store, "c", [1]);
        await Writer.DeleteAsync(store, new RecordKey("c"), Running);
        await RestartAsync();

        await using var snapshot = await OpenAsync(store);

        Assert.Equal(new(Records: 2, KeyBytes: 3, CompressedBytes: 20_003, ValueBytes: 20_003), snapshot.Totals);
    }

    [Fact]
    public async Task A_change_of_a_record_is_a_change_of_its_store()
    {
        var store = await StoreAsync();
        while (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() == store.CreatedAt!.Value.ToUnixTimeMilliseconds())
            await Task.Yield();

        await PutAsync(store, "a", [1]);

        Assert.True((await Stores.FindByIdAsync(store.Id, Running))!.ModifiedAt > store.CreatedAt);
    }

    [Fact]
    public async Task Whatever_was_answered_before_closing_is_there_and_later_writes_are_refused()
    {
        var store = await StoreAsync();
        var writes = Enumerable.Range(0, 200).Select(i => PutAsync(store, Sample.NumberOf(i), [1])).ToList();
        await Task.WhenAll(writes);
        var closed = Writer;
        await RestartAsync();

        await using var snapshot = await OpenAsync(store);
        Assert.Equal(200, (await snapshot.ContentsAsync(Running)).Count);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.DeleteAsync(store, Running).AsTask());
    }

    private sealed class BreakingStream(int length) : MemoryStream(Sample.Random(length))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("The client left.");
    }
}

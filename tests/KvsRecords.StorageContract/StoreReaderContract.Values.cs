using System.Globalization;
using CsCheck;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class StoreReaderContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8191)]
    [InlineData(1_048_579)]
    public async Task A_value_is_read_byte_for_byte(int length)
    {
        var record = new StoredRecord("it's_(fine)!") with { Value = new byte[length] };
        new Random(length).NextBytes(record.Value);
        await using var backend = await OpenAsync(new StoreContents("s", record, new StoredRecord("another")));
        await using var snapshot = await OpenSnapshotAsync(backend, "s");

        await using var content = await snapshot.OpenAsync(new RecordKey(record.Key), Running);

        Assert.NotNull(content);
        Assert.Equal(length, content.Length);
        Assert.Equal(record.Value, await content.ValueAsync(Running));
        Assert.Equal(0, await content.ReadAsync(new byte[1], Running));
    }

    [Fact]
    public async Task Every_key_opens_its_own_value_in_whatever_order_they_are_opened()
    {
        var records = NastyRecords.Select((record, index) => record with { Value = [(byte)index, (byte)index] }).ToArray();
        await using var backend = await OpenAsync(new StoreContents("s", records));
        await using var snapshot = await OpenSnapshotAsync(backend, "s");

        await foreach (var key in snapshot.ReadKeysAsync(Running))
            Assert.Equal(records.Single(record => record.Key == key.Text).Value, await snapshot.ValueAsync(key.Text, Running));
        foreach (var record in records.Reverse())
            Assert.Equal(record.Value, await snapshot.ValueAsync(record.Key, Running));
    }

    [Fact]
    public async Task A_key_can_be_opened_twice_at_the_same_time()
    {
        await using var backend = await OpenAsync(new StoreContents("s", NastyRecords));
        await using var snapshot = await OpenSnapshotAsync(backend, "s");

        await using var one = await snapshot.OpenAsync(new RecordKey("😀"), Running);
        await using var other = await snapshot.OpenAsync(new RecordKey("😀"), Running);

        Assert.Equal([1, 2, 3], await one!.ValueAsync(Running));
        Assert.Equal([1, 2, 3], await other!.ValueAsync(Running));
    }

    [Theory]
    [InlineData("1980-01-01T00:00:00Z")]
    [InlineData("1999-12-31T23:59:59Z")]
    [InlineData("2024-02-29T12:34:57Z")]
    [InlineData("2038-01-19T03:14:08Z")]
    public async Task The_time_of_the_last_change_is_exact_to_the_second(string text)
    {
        var time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
        await using var backend = await OpenAsync(new StoreContents("s", new StoredRecord("a") with { LastModified = time }));
        await using var snapshot = await OpenSnapshotAsync(backend, "s");

        await using var content = await snapshot.OpenAsync(new RecordKey("a"), Running);

        Assert.Equal(time.ToUnixTimeSeconds(), content!.LastModified.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_key_that_is_not_there_opens_nothing()
    {
        await using var backend = await OpenAsync(new StoreContents("s", NastyRecords));
        await using var snapshot = await OpenSnapshotAsync(backend, "s");
        var known = NastyRecords.Select(record => record.Key).ToHashSet();

        await NastyText.Any.SampleAsync(
            async text => Assert.True(known.Contains(text) || await snapshot.ValueAsync(text, Running) is null),
            iter: 200,
            threads: 1);
    }

    [Fact]
    public async Task A_record_deleted_after_opening_is_as_it_was_or_null()
    {
        await using var backend = await OpenAsync(new StoreContents("s", NastyRecords));
        await using var snapshot = await OpenSnapshotAsync(backend, "s");
        var before = await snapshot.ValueAsync("a.json", Running);

        await backend.DeleteAsync("s", "a.json");

        var deleted = await snapshot.ValueAsync("a.json", Running);
        Assert.True(deleted is null || deleted.AsSpan().SequenceEqual(before));
        Assert.Equal([1, 2, 3], await snapshot.ValueAsync("a", Running));
    }

    [Fact]
    public async Task A_record_written_after_opening_is_in_the_next_snapshot_only()
    {
        await using var backend = await OpenAsync(new StoreContents("s", new StoredRecord("a"), new StoredRecord("c")));
        await using var snapshot = await OpenSnapshotAsync(backend, "s");

        await backend.PutAsync("s", new StoredRecord("b"));

        Assert.Equal(["a", "c"], await snapshot.KeysAsync(Running));
        Assert.Equal(["a", "b", "c"], await KeysAsync(backend, "s"));
    }

    [Fact]
    public async Task Snapshots_of_two_stores_do_not_mix()
    {
        await using var backend = await OpenAsync(
            new("one", new StoredRecord("1"), new("same")), new("two", new StoredRecord("2"), new("same")));
        await using var one = await OpenSnapshotAsync(backend, "one");
        await using var two = await OpenSnapshotAsync(backend, "two");

        Assert.Equal(["1", "same"], await one.KeysAsync(Running));
        Assert.Equal(["2", "same"], await two.KeysAsync(Running));
        Assert.Null(await one.ValueAsync("2", Running));
    }

    [Fact]
    public async Task Reading_stops_when_it_is_cancelled()
    {
        await using var backend = await OpenAsync(new StoreContents("s", NastyRecords));
        await using var snapshot = await OpenSnapshotAsync(backend, "s");
        await using var content = await snapshot.OpenAsync(new RecordKey("a"), Running);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => snapshot.KeysAsync(Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => content!.ValueAsync(Cancelled));
    }

    [Fact]
    public async Task A_cancelled_call_answers_truly_or_not_at_all()
    {
        await using var backend = await OpenAsync(new StoreContents("s", NastyRecords));
        var store = await FindAsync(backend, "s");

        await TrulyOrNotAtAllAsync(async () => Assert.Single(await backend.Stores.ListAsync(Cancelled)));
        await TrulyOrNotAtAllAsync(async () => Assert.NotNull(await backend.Stores.FindByIdAsync(store.Id, Cancelled)));
        await TrulyOrNotAtAllAsync(async () => Assert.NotNull(await backend.Stores.FindByNameAsync(Owner, "s", Cancelled)));
        await TrulyOrNotAtAllAsync(async () =>
        {
            await using var snapshot = await backend.Stores.OpenSnapshotAsync(store, RecordFilter.Everything, Cancelled);
            Assert.Equal(NastyRecords.Length, (await snapshot.KeysAsync(Running)).Count);
        });

        static async Task TrulyOrNotAtAllAsync(Func<Task> call)
        {
            try
            {
                await call();
            }
            catch (OperationCanceledException)
            {
                // Not at all.
            }
        }
    }
}

using CsCheck;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class StoreReaderContract
{
    [Fact]
    public async Task A_page_has_the_next_records_with_their_lengths_and_says_whether_more_follow()
    {
        var records = NastyRecords.Select((record, index) => record with { Value = new byte[index * 1_000] }).ToArray();
        await using var backend = await OpenAsync(new StoreContents("s", records));
        var store = await FindAsync(backend, "s");

        var first = await ListAsync(backend, store, limit: 3);
        var next = await ListAsync(backend, store, after: first.Records[^1].Key.Text, limit: 3);
        var last = await ListAsync(backend, store, after: "é", limit: 3);

        Assert.Equal([" ", "%2F", "Z"], first.Records.Select(record => record.Key.Text));
        Assert.Equal(["a", "a.json", "it's_(fine)!"], next.Records.Select(record => record.Key.Text));
        Assert.Equal(["\uE000", "\uFFFF", "😀"], last.Records.Select(record => record.Key.Text));
        Assert.Equal((true, true, false), (first.IsTruncated, next.IsTruncated, last.IsTruncated));
        Assert.All(first.Records, listed => Assert.Equal(records.Single(record => record.Key == listed.Key.Text).Value.Length, listed.Length));
    }

    [Fact]
    public async Task Any_page_of_any_filter_is_the_one_of_the_model()
    {
        var held = NastyRecords.Select(record => record.Key)
            .Concat(["aa", "aB", "ab", "a/b", "a/c.json", "é1", "e\u0301", "😀😀", "\uFFFF\uFFFF", "a.jsonx", "..", "a\\b"])
            .Where(CanHold).ToList();
        await using var backend = await OpenAsync(new StoreContents("s", [.. held.Select(key => new StoredRecord(key))]));
        var store = await FindAsync(backend, "s");
        var after = Gen.OneOf(Gen.Const((string?)null), Gen.OneOf([.. held]).Select(key => (string?)key), NastyText.Key.Select(key => (string?)key));

        await Gen.Select(Filters(held), after, Gen.Int[1, held.Count + 1]).SampleAsync(
            async (filter, last, limit) =>
            {
                var expected = Expected(held, filter).Where(key => last is null || NastyText.Utf8Order(key, last) > 0).ToList();

                var page = await ListAsync(backend, store, filter, last, limit);

                Assert.Equal(expected.Take(limit), page.Records.Select(record => record.Key.Text));
                Assert.Equal(expected.Count > limit, page.IsTruncated);
            },
            iter: 400,
            threads: 1);
    }

    [Fact]
    public async Task A_page_of_a_store_that_is_empty_or_deleted_is_empty()
    {
        await using var backend = await OpenAsync(new("empty"), new("goes", NastyRecords));
        var store = await FindAsync(backend, "goes");
        await backend.DeleteAsync("goes");

        foreach (var page in (RecordPage[])[await ListAsync(backend, store), await ListAsync(backend, await FindAsync(backend, "empty"))])
        {
            Assert.Empty(page.Records);
            Assert.False(page.IsTruncated);
        }
    }

    private static async Task<RecordPage> ListAsync(
        IBackend backend, Store store, RecordFilter? filter = null, string? after = null, int limit = 1_000) =>
        await backend.Stores.ListRecordsAsync(
            store, filter ?? RecordFilter.Everything, after is null ? null : new RecordKey(after), limit, Running);
}

using CsCheck;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class StoreReaderContract
{
    [Fact]
    public async Task An_empty_store_gives_an_empty_snapshot()
    {
        await using var backend = await OpenAsync(new StoreContents("empty"));

        Assert.Empty(await KeysAsync(backend, "empty"));
    }

    [Fact]
    public async Task A_store_deleted_between_finding_and_opening_gives_an_empty_snapshot()
    {
        await using var backend = await OpenAsync(new StoreContents("goes", NastyRecords));
        var store = await FindAsync(backend, "goes");
        await backend.DeleteAsync("goes");

        await using var snapshot = await backend.Stores.OpenSnapshotAsync(store, RecordFilter.Everything, Running);

        Assert.Empty(await snapshot.KeysAsync(Running));
        Assert.Null(await snapshot.ValueAsync("a", Running));
    }

    [Fact]
    public async Task Keys_come_in_the_binary_order_of_their_UTF_8()
    {
        await using var backend = await OpenAsync(new StoreContents("s", NastyRecords));

        Assert.Equal(
            [" ", "%2F", "Z", "a", "a.json", "it's_(fine)!", "z", "é", "\uE000", "\uFFFF", "😀"], await KeysAsync(backend, "s"));
    }

    [Fact]
    public Task Of_any_records_each_safe_key_is_listed_once_and_in_order() =>
        NastyText.Key.Array[0, 25].SampleAsync(
            async keys =>
            {
                var held = keys.Distinct().Where(CanHold).ToList();
                await using var backend = await OpenAsync(new StoreContents("s", [.. held.Select(key => new StoredRecord(key))]));

                Assert.Equal(Expected(held, RecordFilter.Everything), await KeysAsync(backend, "s"));
            },
            iter: Effort / 2,
            threads: 1);

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("../etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a\\b")]
    [InlineData("..\\b")]
    [InlineData("C:x")]
    [InlineData("a\nb")]
    [InlineData("\u001B[31m")]
    [InlineData("\u0085")]
    public async Task A_key_that_is_not_safe_to_unpack_is_never_listed_and_never_opened(string key)
    {
        StoredRecord[] unsafeToo = CanHold(key) ? [new(key)] : [];
        await using var backend = await OpenAsync(new StoreContents("s", [.. unsafeToo, new("safe")]));
        await using var snapshot = await OpenSnapshotAsync(backend, "s");

        Assert.Equal(["safe"], await snapshot.KeysAsync(Running));
        Assert.Null(await snapshot.ValueAsync(key, Running));
    }

    [Fact]
    public async Task Any_filter_lets_through_what_starts_with_the_prefix_and_belongs_to_the_collection()
    {
        var held = NastyRecords.Select(record => record.Key)
            .Concat(["aa", "aB", "ab", "a/b", "a/c.json", "é1", "e\u0301", "😀😀", "\uFFFF\uFFFF", "a.jsonx"])
            .Where(CanHold).ToList();
        await using var backend = await OpenAsync(new StoreContents("s", [.. held.Select(key => new StoredRecord(key))]));
        var store = await FindAsync(backend, "s");

        await Filters(held).SampleAsync(
            async filter => Assert.Equal(Expected(held, filter), await backend.Stores.KeysAsync(store, filter, Running)),
            iter: 2 * Effort,
            threads: 1);
    }

    private static List<string> Expected(IEnumerable<string> keys, RecordFilter filter)
    {
        var expected = keys.Where(key => new RecordKey(key).WhyUnsafeToUnpack() is null
            && key.StartsWith(filter.Prefix ?? "", StringComparison.Ordinal)
            && (filter.Collection?.Key is not { } only || key == only)
            && key.StartsWith(filter.Collection?.KeyPrefix ?? "", StringComparison.Ordinal)).ToList();
        expected.Sort(NastyText.Utf8Order);
        return expected;
    }

    // A prefix is well-formed text, as it comes from a query: half of a surrogate pair is not.
    private static Gen<RecordFilter> Filters(IReadOnlyList<string> keys)
    {
        var starts = keys.SelectMany(key => Enumerable.Range(0, key.Length + 1).Select(length => key[..length]))
            .Where(start => start.Length == 0 || !char.IsHighSurrogate(start[^1]))
            .Append("nothing").Append("my-prefix/").Distinct().ToArray();
        var prefix = Gen.OneOf(Gen.Const((string?)null), Gen.OneOf(starts).Select(start => (string?)start));
        var collection = Gen.OneOf(
            Gen.Const((Collection?)null),
            Gen.OneOf(starts).Select(start => (Collection?)new Collection("c", null, null, start, null)),
            Gen.OneOf(starts).Select(key => (Collection?)new Collection("c", "One key", key, null, ["image/png"])));
        return Gen.Select(prefix, collection, (start, group) => new RecordFilter(start, group));
    }
}

using System.Text;
using CsCheck;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class RecordFilterTests
{
    private static readonly Collection OneKey = new("one", null, Key: "my-prefix.json", KeyPrefix: null, ContentTypes: null);
    private static readonly Collection Images = new("images", null, Key: null, KeyPrefix: "img-", ContentTypes: ["image/png"]);

    // Few different pieces, so that keys and prefixes often meet.
    private static readonly Gen<string> Text = Gen.OneOf("a", "á", "a\u0301", "😀", "\uFFFF", "/", "A").Array[0, 4].Select(string.Concat);

    private static readonly Gen<RecordFilter> Filters = Gen.Select(
        Text.Null(),
        Gen.OneOf(
            Gen.Const(() => default(Collection)),
            Text.Select(key => (Collection?)new Collection("c", null, key, null, null)),
            Text.Select(prefix => (Collection?)new Collection("c", null, null, prefix, null))),
        (prefix, collection) => new RecordFilter(prefix, collection));

    [Fact]
    public void Without_a_condition_every_record_is_meant() =>
        Keys.WellFormed.Sample(key => RecordFilter.Everything.Matches(new RecordKey(key)));

    [Theory]
    [InlineData("my-prefix/", "my-prefix/a", true)]
    [InlineData("my-prefix/", "my-prefix", false)]
    [InlineData("my-prefix/", "x/my-prefix/a", false)]
    [InlineData("a", "A", false)]
    [InlineData("", "anything", true)]
    [InlineData("e", "e\u0301", true)]
    [InlineData("\u00E9", "e\u0301", false)]
    [InlineData("a\u200D", "a", false)]
    [InlineData("ss", "ß", false)]
    [InlineData("a*", "ab", false)]
    public void A_prefix_is_compared_as_bytes(string prefix, string key, bool matches) =>
        Assert.Equal(matches, new RecordFilter(prefix).Matches(new RecordKey(key)));

    [Fact]
    public void A_collection_of_one_key_has_that_key_alone()
    {
        var filter = new RecordFilter(Collection: OneKey);
        Assert.True(filter.Matches(new RecordKey("my-prefix.json")));
        Assert.All(["my-prefix.json2", "my-prefix", "MY-PREFIX.json", "x"], key => Assert.False(filter.Matches(new RecordKey(key))));
    }

    [Fact]
    public void A_collection_of_a_prefix_has_the_keys_that_start_with_it()
    {
        var filter = new RecordFilter(Collection: Images);
        Assert.All(["img-", "img-1.png", "img-ěščř"], key => Assert.True(filter.Matches(new RecordKey(key))));
        Assert.All(["img", "Img-1", "my-img-1"], key => Assert.False(filter.Matches(new RecordKey(key))));
    }

    [Theory]
    [InlineData("img-2", "img-21.png", true)]
    [InlineData("img-2", "img-1.png", false)]
    [InlineData("i", "img-1.png", true)]
    [InlineData("i", "index", false)]
    [InlineData("x", "img-1.png", false)]
    [InlineData("x", "x", false)]
    public void Collection_and_prefix_must_both_hold(string prefix, string key, bool matches) =>
        Assert.Equal(matches, new RecordFilter(prefix, Images).Matches(new RecordKey(key)));

    [Fact]
    public void A_prefix_can_exclude_the_only_key_of_a_collection()
    {
        Assert.True(new RecordFilter("my-prefix", OneKey).Matches(new RecordKey("my-prefix.json")));
        Assert.False(new RecordFilter("my-prefix/", OneKey).Matches(new RecordKey("my-prefix.json")));
    }

    [Fact]
    public void A_record_is_meant_when_its_bytes_satisfy_prefix_and_collection() =>
        Gen.Select(Filters, Text).Sample((filter, key) =>
        {
            var byPrefix = filter.Prefix is null || StartsWith(key, filter.Prefix);
            var byCollection = filter.Collection is null
                || (filter.Collection.Key is { } only
                    ? Utf8(key).SequenceEqual(Utf8(only))
                    : StartsWith(key, filter.Collection.KeyPrefix!));
            return filter.Matches(new RecordKey(key)) == (byPrefix && byCollection);
        }, iter: 20_000);

    [Fact]
    public void The_common_prefix_never_excludes_a_match() =>
        Gen.Select(Filters, Text).Sample(
            (filter, key) => !filter.Matches(new RecordKey(key)) || StartsWith(key, filter.CommonPrefix), iter: 20_000);

    [Theory]
    [InlineData(null, "img-")]
    [InlineData("i", "img-")]
    [InlineData("img-12", "img-12")]
    public void The_common_prefix_is_the_longest_that_is_known(string? prefix, string common) =>
        Assert.Equal(common, new RecordFilter(prefix, Images).CommonPrefix);

    private static bool StartsWith(string key, string prefix) => Utf8(key).AsSpan().StartsWith(Utf8(prefix));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}

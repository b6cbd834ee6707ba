using System.Text;
using CsCheck;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class RecordKeyTests
{
    [Fact]
    public void Keys_are_ordered_as_their_UTF8_bytes_are() =>
        Gen.Select(Keys.WellFormed, Keys.WellFormed, Keys.WellFormed).Sample((start, one, other) =>
        {
            var (left, right) = (new RecordKey(start + one), new RecordKey(start + other));
            var expected = Math.Sign(Encoding.UTF8.GetBytes(left.Text).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right.Text)));
            Assert.Equal(expected, Math.Sign(left.CompareTo(right)));
            Assert.Equal(expected < 0, left < right);
            Assert.Equal(expected > 0, left > right);
            Assert.Equal(expected <= 0, left <= right);
            Assert.Equal(expected >= 0, left >= right);
        }, iter: 20_000);

    [Theory]
    [InlineData("\uFFFF", "\U00010000")]
    [InlineData("\uE000", "😀")]
    [InlineData("a\uFFFD", "a\U0010FFFF")]
    [InlineData("Z", "a")]
    [InlineData("a", "a!")]
    [InlineData("a-b", "a/b")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("10", "9")]
    [InlineData("", "\u0020")]
    public void The_left_key_comes_first(string left, string right)
    {
        Assert.True(new RecordKey(left) < new RecordKey(right));
        Assert.True(new RecordKey(right) > new RecordKey(left));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".", "folder")]
    [InlineData("..", "folder")]
    [InlineData("../evil", "segment")]
    [InlineData("a/../b", "segment")]
    [InlineData("a/..", "segment")]
    [InlineData("./a", "segment")]
    [InlineData("a/./b", "segment")]
    [InlineData("a/.", "segment")]
    [InlineData("/etc/passwd", "segment")]
    [InlineData("//server/share", "segment")]
    [InlineData("/", "segment")]
    [InlineData("a//b", "segment")]
    [InlineData("my-prefix/", "segment")]
    [InlineData("..\\evil", "backslash")]
    [InlineData("a\\b", "backslash")]
    [InlineData("\\", "backslash")]
    [InlineData("\\\\server\\share", "backslash")]
    [InlineData("C:", "drive")]
    [InlineData("C:evil.exe", "drive")]
    [InlineData("c:/evil.exe", "drive")]
    [InlineData("z:x", "drive")]
    [InlineData("a\0b", "control")]
    [InlineData("\n", "control")]
    [InlineData("a\u001F", "control")]
    [InlineData("a\u007Fb", "control")]
    [InlineData("\u0080", "control")]
    [InlineData("a\u0085b", "control")]
    [InlineData("\u009F", "control")]
    public void A_key_that_could_escape_on_extraction_is_not_safe_to_unpack(string key, string reason) =>
        Assert.Contains(reason, new RecordKey(key).WhyUnsafeToUnpack() ?? "safe");

    [Theory]
    [InlineData("...")]
    [InlineData("..a")]
    [InlineData("a..")]
    [InlineData(".gitignore")]
    [InlineData("my-prefix/a.json")]
    [InlineData("a/.../b")]
    [InlineData("a/..b/c")]
    [InlineData("4:3")]
    [InlineData("ab:c")]
    [InlineData("😀:")]
    [InlineData("\u00A0")]
    [InlineData("ěščř.txt")]
    [InlineData("~")]
    [InlineData(" ")]
    public void A_key_that_only_looks_odd_is_safe_to_unpack(string key) => Assert.Null(new RecordKey(key).WhyUnsafeToUnpack());

    [Fact]
    public void Every_control_character_makes_a_key_unsafe_wherever_it_stands()
    {
        foreach (var c in Enumerable.Range(0, 0x110).Select(c => (char)c).Where(char.IsControl))
            Assert.All([$"{c}", $"{c}a", $"a{c}", $"a/{c}/b"], key => Assert.NotNull(new RecordKey(key).WhyUnsafeToUnpack()));
    }

    [Fact]
    public void A_key_that_the_service_would_take_is_always_safe_to_unpack() =>
        Keys.OfTheService.Sample(key => new RecordKey(key).WhyUnsafeToUnpack() is null, iter: 10_000);

    [Fact]
    public void A_safe_key_stays_below_the_folder_it_is_unpacked_into() =>
        Gen.String[Gen.Char["./\\:aC\0é"], 0, 7].Sample(key =>
        {
            if (new RecordKey(key).WhyUnsafeToUnpack() is not null)
                return true;

            var depth = 0;
            foreach (var segment in key.Split('/', '\\'))
            {
                depth += segment switch { ".." => -1, "." or "" => 0, _ => 1 };
                if (depth < 1)
                    return false;
            }

            return !Path.IsPathRooted(key) && !key.Contains('\0');
        }, iter: 20_000);

    [Fact]
    public void A_key_prints_as_itself() => Assert.Equal("ěščř/a.json", $"{new RecordKey("ěščř/a.json")}");

    [Fact]
    public void A_key_in_UTF8_is_as_safe_as_its_text() =>
        Gen.Select(Keys.WellFormed, Gen.String[Gen.Char["./\\:\n\u0085é"], 0, 3], Keys.WellFormed).Sample((start, middle, end) =>
            Assert.Equal(new RecordKey(start + middle + end).WhyUnsafeToUnpack(), RecordKey.WhyUtf8IsUnsafe(Encoding.UTF8.GetBytes(start + middle + end))));

    [Theory]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0x61, 0xFF, 0x62 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public void A_key_that_is_no_UTF8_is_unsafe(byte[] key) => Assert.Equal("is no UTF-8", RecordKey.WhyUtf8IsUnsafe(key));
}

using System.Text;
using CsCheck;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

public sealed class PercentEncodingTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a b+c", "a b+c")]
    [InlineData("my-prefix%2F", "my-prefix/")]
    [InlineData("%25", "%")]
    [InlineData("%2525", "%25")]
    [InlineData("%c4%9B%C5%A1", "ěš")]
    [InlineData("%F0%9F%98%80", "😀")]
    [InlineData("ě%20š", "ě š")]
    [InlineData("a%00", "a\0")]
    [InlineData("%EF%BB%BFa", "\uFEFFa")]
    public void Encoded_bytes_are_decoded_and_everything_else_is_kept(string text, string expected)
    {
        Assert.True(PercentEncoding.TryDecode(text, out var decoded));
        Assert.Equal(expected, decoded);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("a%")]
    [InlineData("%2")]
    [InlineData("%zz")]
    [InlineData("%2g")]
    [InlineData("% 2")]
    [InlineData("%+2")]
    [InlineData("%-1")]
    [InlineData("%%32")]
    [InlineData("%u0041")]
    [InlineData("%２０")]
    public void A_percent_sign_without_two_hexadecimal_digits_is_refused(string text) =>
        Assert.False(PercentEncoding.TryDecode(text, out _));

    [Theory]
    [InlineData("%FF")]
    [InlineData("%C4")]
    [InlineData("%C4a")]
    [InlineData("%ED%A0%80")]
    [InlineData("%C0%AF")]
    [InlineData("%F4%90%80%80")]
    public void Bytes_that_are_no_UTF8_are_refused(string text) => Assert.False(PercentEncoding.TryDecode(text, out _));

    [Fact]
    public void What_is_encoded_by_any_rule_is_decoded() =>
        Gen.Select(Keys.WellFormed, Gen.Bool.Array[64]).Sample((text, encode) =>
        {
            var encoded = string.Concat(text.EnumerateRunes().Select((rune, i) => encode[i % 64] || rune.Value == '%'
                ? string.Concat(Encoding.UTF8.GetBytes(rune.ToString()).Select(b => i % 2 == 0 ? $"%{b:X2}" : $"%{b:x2}"))
                : rune.ToString()));
            return PercentEncoding.TryDecode(encoded, out var decoded) && decoded == text
                && PercentEncoding.TryDecode(Uri.EscapeDataString(text), out decoded) && decoded == text;
        }, iter: 5_000);

    [Fact]
    public void Nothing_makes_it_throw() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["%0aFzé\uD800"], 0, 12])
            .Sample(text => { PercentEncoding.TryDecode(text, out _); }, iter: 10_000);
}

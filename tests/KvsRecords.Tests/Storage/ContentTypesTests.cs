using System.Text;
using KvsRecords.Storage;

namespace KvsRecords.Tests;

public sealed class ContentTypesTests
{
    [Theory]
    [InlineData("a.json", "application/json; charset=utf-8")]
    [InlineData("it's_(fine)!.PNG", "image/png")]
    [InlineData("a.tar.gz", "application/gzip")]
    [InlineData(".html", "text/html; charset=utf-8")]
    [InlineData("a.bin", "application/octet-stream")]
    [InlineData("json", null)]
    [InlineData("a.", null)]
    [InlineData("", null)]
    [InlineData("a.png.unknown", null)]
    public void A_file_is_what_its_extension_says(string name, string? expected) => Assert.Equal(expected, ContentTypes.OfFile(name));

    [Theory]
    [InlineData("89504E470D0A1A0A", "image/png")]
    [InlineData("FFD8FFE0", "image/jpeg")]
    [InlineData("474946383961", "image/gif")]
    [InlineData("524946460000000057454250", "image/webp")]
    [InlineData("524946460000000057415645", "application/octet-stream")]
    [InlineData("255044462D312E37", "application/pdf")]
    [InlineData("504B0304", "application/zip")]
    [InlineData("504B0506", "application/zip")]
    [InlineData("1F8B08", "application/gzip")]
    [InlineData("", "application/octet-stream")]
    [InlineData("00", "application/octet-stream")]
    [InlineData("61006200", "application/octet-stream")]
    [InlineData("FFFE6100", "application/octet-stream")]
    [InlineData("61C3A9FF", "application/octet-stream")]
    [InlineData("C3", "application/octet-stream")]
    [InlineData("610162", "application/octet-stream")]
    [InlineData("1B5B33316D", "text/plain; charset=utf-8")]
    public void Bytes_that_begin_so_are_this(string hex, string expected) =>
        Assert.Equal(expected, ContentTypes.Guess("key", Convert.FromHexString(hex)));

    [Theory]
    [InlineData("{\"a\":1}", "application/json; charset=utf-8")]
    [InlineData("\uFEFF \r\n\t[1", "application/json; charset=utf-8")]
    [InlineData("<!DOCTYPE html><title>", "text/html; charset=utf-8")]
    [InlineData(" <HTML lang=cs>", "text/html; charset=utf-8")]
    [InlineData("<svg>", "text/plain; charset=utf-8")]
    [InlineData("<ht", "text/plain; charset=utf-8")]
    [InlineData("Příliš žluťoučký kůň 😀", "text/plain; charset=utf-8")]
    [InlineData("null", "text/plain; charset=utf-8")]
    public void Text_that_begins_so_is_this(string text, string expected) =>
        Assert.Equal(expected, ContentTypes.Guess("key", Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void An_extension_says_more_than_the_bytes() =>
        Assert.Equal("text/csv; charset=utf-8", ContentTypes.Guess("a.csv", "[1]"u8));

    [Fact]
    public void Text_may_be_cut_within_a_character()
    {
        var text = Encoding.UTF8.GetBytes("a😀é\uFFFF😀");

        for (var length = 1; length < text.Length; length++)
            Assert.Equal("text/plain; charset=utf-8", ContentTypes.Guess("key", text.AsSpan(0, length)));
    }
}

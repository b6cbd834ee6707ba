using System.IO.Compression;
using System.Text;
using CsCheck;
using KvsRecords.Archive;

namespace KvsRecords.Tests;

public sealed class CompressionChoiceTests
{
    private const int SampleSize = 4096;

    private static readonly byte[] Random = RandomBytes.Of(SampleSize);
    private static readonly byte[] Json = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("""{"name":"ěščř"},""", 300)));
    private static readonly byte[] Repeated = [.. Enumerable.Repeat((byte)0xFF, SampleSize)];

    [Theory]
    [InlineData(null)]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("text/html")]
    [InlineData("no type at all")]
    [InlineData("")]
    public void Text_is_worth_deflating(string? contentType) => Assert.True(CompressionChoice.IsWorthDeflating(Json, contentType));

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("image/png")]
    [InlineData("image/svg+xml")]
    [InlineData("application/octet-stream")]
    public void Random_bytes_are_not_worth_deflating_whatever_they_are_called(string? contentType) =>
        Assert.False(CompressionChoice.IsWorthDeflating(Random, contentType));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_cannot_shrink_is_not_worth_deflating(int length) =>
        Assert.False(CompressionChoice.IsWorthDeflating(Encoding.ASCII.GetBytes("{}"[..length]), "application/json"));

    [Theory]
    [InlineData("image/png")]
    [InlineData("image/png; q=1")]
    [InlineData(" image/jpeg ;x")]
    [InlineData("video/mp4")]
    [InlineData("audio/mpeg")]
    [InlineData("application/zip")]
    [InlineData("application/gzip")]
    [InlineData("application/zstd")]
    [InlineData("font/woff2")]
    public void A_compressed_type_is_stored_although_it_begins_with_something_that_shrinks(string contentType) =>
        Assert.False(CompressionChoice.IsWorthDeflating(Repeated, contentType));

    [Theory]
    [InlineData("IMAGE/PNG")]
    [InlineData("Application/Zip")]
    [InlineData("Video/mp4; codecs=x")]
    public void A_compressed_type_is_known_in_any_case_of_its_letters(string contentType) =>
        Assert.False(CompressionChoice.IsWorthDeflating(Repeated, contentType));

    [Theory]
    [InlineData("image/svg+xml")]
    [InlineData("image/bmp")]
    [InlineData("image/x-icon")]
    [InlineData("image/tiff")]
    [InlineData("audio/wav")]
    [InlineData("application/pdf")]
    [InlineData("imagery/png")]
    public void A_type_that_is_not_compressed_is_deflated_when_it_shrinks(string contentType) =>
        Assert.True(CompressionChoice.IsWorthDeflating(Repeated, contentType));

    [Fact]
    public void Long_ASCII_text_is_deflated_although_it_is_called_a_PNG() =>
        Assert.True(CompressionChoice.IsWorthDeflating(Encoding.ASCII.GetBytes(new string('a', 512)), "image/png"));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Text_is_known_although_the_sample_ends_within_a_character(int offset)
    {
        var text = Encoding.UTF8.GetBytes(new string('a', offset) + string.Concat(Enumerable.Repeat("😀", SampleSize)));

        Assert.True(CompressionChoice.IsWorthDeflating(text, "image/png"));
    }

    [Fact]
    public void Only_the_beginning_is_looked_at() =>
        Assert.Multiple(
            () => Assert.False(CompressionChoice.IsWorthDeflating([.. Random, .. Json, .. Json], null)),
            () => Assert.True(CompressionChoice.IsWorthDeflating([.. Repeated, .. Random, .. Random], null)));

    // Text from a certain length on is not tried; that must be right even for the text that shrinks least.
    [Fact]
    public void Text_from_512_bytes_on_shrinks_even_when_every_character_is_random() =>
        Gen.Select(
            Gen.Int[512, SampleSize],
            Gen.OneOf((0, 0x7F), (0x80, 0x7FF), (0x4E00, 0x9FFF), (0x10000, 0x10FFFF), (0, 0x10FFFF)),
            Gen.Int.NonNegative)
        .Sample((length, range, seed) =>
        {
            var random = new Random(seed);
            var text = new List<byte>();
            while (text.Count < length)
            {
                if (Rune.TryCreate(random.Next(range.Item1, range.Item2 + 1), out var rune))
                    text.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
            }

            var bytes = text.ToArray();
            return CompressionChoice.IsWorthDeflating(bytes, null) && DeflatedLength(bytes) < bytes.Length;
        }, iter: 500);

    [Fact]
    public void Other_bytes_without_a_type_are_deflated_exactly_when_that_makes_them_smaller() =>
        Gen.OneOf(
            Gen.Byte[0, 0x7F].Array[0, 511],
            Gen.Byte.Array[0, 600],
            Gen.Byte[0x78, 0x88].Array[0, 600],
            Gen.Byte[0xF0, 0xFF].Array[500, 600])
        .Sample(
            sample => (sample.Length >= 512 && IsUtf8(sample))
                || CompressionChoice.IsWorthDeflating(sample, null) == (DeflatedLength(sample) < sample.Length), iter: 500);

    private static bool IsUtf8(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    private static long DeflatedLength(byte[] content)
    {
        using var deflated = new MemoryStream();
        using (var deflate = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(content);
        return deflated.Length;
    }
}

using System.IO.Compression;
using System.Text.Unicode;
using KvsRecords.Storage;

namespace KvsRecords.Archive;

/// <summary>
/// The decision whether to deflate a record. Deflating a value that is compressed already costs most of the time of an archive (2,000
/// images of 200 kB: 7.7 s deflated, 0.30 s stored) and makes it larger.
/// </summary>
internal static class CompressionChoice
{
    // The length of the sample from a record's beginning.
    private const int SampleSize = 4 * 1024;

    // Bytes of text are far from equally frequent; from about this length on, that outweighs the code table of a deflated block.
    // To know it by deflating the sample takes as long as deflating the record: 50,000 of 1 kB took 1.9 s in place of 1.4 s.
    private const int SureTextSize = 512;

    private static readonly string[] MediaKinds = ["image/", "video/", "audio/"];

    /// <summary>
    /// Decides whether to deflate a record. MUST say no for content that its beginning and its type show deflate cannot shrink.
    /// </summary>
    /// <param name="beginning">The first 4 KiB or more of the record, or all of it.</param>
    /// <param name="contentType">The content type, or null.</param>
    public static bool IsWorthDeflating(ReadOnlySpan<byte> beginning, string? contentType)
    {
        var sample = beginning[..Math.Min(beginning.Length, SampleSize)];
        if (sample.Length >= SureTextSize && IsText(sample))
            return true;

        return !IsCompressedType(contentType) && Shrinks(sample);
    }

    /// <summary>
    /// Decides the same for a value whose length is known, where the compressed bytes can still be dropped: a value that fits into the
    /// sample is not worth two attempts.
    /// </summary>
    /// <param name="beginning">All of the value, or its first 4 KiB or more.</param>
    /// <param name="isAll">Whether it is all of it.</param>
    /// <param name="contentType">The content type, or null.</param>
    public static bool IsWorthTrying(ReadOnlySpan<byte> beginning, bool isAll, string? contentType) =>
        (isAll && beginning.Length <= SampleSize && !IsCompressedType(contentType)) || IsWorthDeflating(beginning, contentType);

    private static bool IsText(ReadOnlySpan<byte> sample)
    {
        // The end of the sample may be in the middle of a character.
        for (var cut = 0; cut < 4; cut++)
        {
            if (Utf8.IsValid(sample[..^cut]))
                return true;
        }

        return false;
    }

    private static bool IsCompressedType(string? contentType)
    {
        if (contentType is null)
            return false;

        var type = ContentTypes.WithoutParameters(contentType).ToLowerInvariant();
        return type switch
        {
            "image/svg+xml" or "image/bmp" or "image/x-icon" or "image/tiff" or "audio/wav" or "audio/x-wav" => false,
            "application/zip" or "application/gzip" or "application/x-7z-compressed" or "application/x-bzip2" or "application/x-xz"
                or "application/zstd" or "application/vnd.rar" or "font/woff" or "font/woff2" => true,
            _ => MediaKinds.Any(kind => type.StartsWith(kind, StringComparison.Ordinal)),
        };
    }

    private static bool Shrinks(ReadOnlySpan<byte> sample)
    {
        using var counted = new MemoryStream(sample.Length);
        using (var deflate = new DeflateStream(counted, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(sample);

        return counted.Length < sample.Length;
    }
}

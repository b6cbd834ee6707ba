using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace KvsRecords.Storage;

/// <summary>The content types that a value's name or its first bytes give away, where none was given.</summary>
public static class ContentTypes
{
    /// <summary>Leaves out parameters such as the charset, which are no part of the type.</summary>
    public static string WithoutParameters(string contentType)
    {
        var parameters = contentType.IndexOf(';');
        return (parameters < 0 ? contentType : contentType[..parameters]).Trim();
    }

    /// <summary>The content type of a value of which nothing is known (RFC 2046, section 4.5.1).</summary>
    public const string Unknown = "application/octet-stream";

    private const string Json = "application/json; charset=utf-8";
    private const string Html = "text/html; charset=utf-8";
    private const string Text = "text/plain; charset=utf-8";

    // The longest character of UTF-8 that a beginning can cut, less its last byte.
    private const int MaxCut = 3;

    // As mime-types 2.1 has them, with which Crawlee for JavaScript names its files and reads them again.
    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        ["json"] = Json,
        ["txt"] = Text,
        ["html"] = Html,
        ["htm"] = Html,
        ["xml"] = "application/xml",
        ["csv"] = "text/csv; charset=utf-8",
        ["css"] = "text/css; charset=utf-8",
        ["js"] = "application/javascript; charset=utf-8",
        ["md"] = "text/markdown; charset=utf-8",
        ["svg"] = "image/svg+xml",
        ["png"] = "image/png",
        ["jpg"] = "image/jpeg",
        ["jpeg"] = "image/jpeg",
        ["gif"] = "image/gif",
        ["webp"] = "image/webp",
        ["avif"] = "image/avif",
        ["bmp"] = "image/bmp",
        ["ico"] = "image/vnd.microsoft.icon",
        ["pdf"] = "application/pdf",
        ["zip"] = "application/zip",
        ["gz"] = "application/gzip",
        ["7z"] = "application/x-7z-compressed",
        ["bz2"] = "application/x-bzip2",
        ["xz"] = "application/x-xz",
        ["mp3"] = "audio/mpeg",
        ["ogg"] = "audio/ogg",
        ["wav"] = "audio/wave",
        ["mp4"] = "video/mp4",
        ["webm"] = "video/webm",
        ["mov"] = "video/quicktime",
        ["woff"] = "font/woff",
        ["woff2"] = "font/woff2",
        ["xls"] = "application/vnd.ms-excel",
        ["xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ["doc"] = "application/msword",
        ["docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ["ppt"] = "application/vnd.ms-powerpoint",
        ["pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ["odt"] = "application/vnd.oasis.opendocument.text",
        ["ods"] = "application/vnd.oasis.opendocument.spreadsheet",
        ["rtf"] = "application/rtf",
        ["epub"] = "application/epub+zip",
        ["tar"] = "application/x-tar",
        ["rar"] = "application/vnd.rar",
        ["yaml"] = "text/yaml; charset=utf-8",
        ["yml"] = "text/yaml; charset=utf-8",
        ["tsv"] = "text/tab-separated-values; charset=utf-8",
        ["jsonld"] = "application/ld+json",
        ["geojson"] = "application/geo+json",
        ["webmanifest"] = "application/manifest+json; charset=utf-8",
        ["rss"] = "application/rss+xml",
        ["atom"] = "application/atom+xml",
        ["xhtml"] = "application/xhtml+xml",
        ["ics"] = "text/calendar; charset=utf-8",
        ["vcf"] = "text/x-vcard; charset=utf-8",
        ["vtt"] = "text/vtt; charset=utf-8",
        ["srt"] = "application/x-subrip",
        ["kml"] = "application/vnd.google-earth.kml+xml",
        ["gpx"] = "application/gpx+xml",
        ["wasm"] = "application/wasm",
        ["ttf"] = "font/ttf",
        ["otf"] = "font/otf",
        ["tif"] = "image/tiff",
        ["tiff"] = "image/tiff",
        ["heic"] = "image/heic",
        ["m4a"] = "audio/mp4",
        ["aac"] = "audio/x-aac",
        ["flac"] = "audio/x-flac",
        ["oga"] = "audio/ogg",
        ["opus"] = "audio/ogg",
        ["weba"] = "audio/webm",
        ["m4v"] = "video/x-m4v",
        ["mkv"] = "video/x-matroska",
        ["avi"] = "video/x-msvideo",
        ["mpeg"] = "video/mpeg",
        ["mpg"] = "video/mpeg",
        ["ogv"] = "video/ogg",
        ["3gp"] = "video/3gpp",
        ["m3u8"] = "application/vnd.apple.mpegurl",
        ["bin"] = Unknown,
    };

    /// <summary>The content type that the extension of a file's name stands for, or null.</summary>
    public static string? OfFile(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? null : ByExtension.GetValueOrDefault(name[(dot + 1)..]);
    }

    /// <summary>
    /// The content type of a value, by the extension of its name or else by its first bytes. MUST be <see cref="Unknown"/> where neither
    /// tells, and MUST NOT depend on how much more of the value there is.
    /// </summary>
    /// <param name="name">A key, or the name of a file.</param>
    /// <param name="beginning">The first bytes of the value; some hundred are enough. May end within a character.</param>
    public static string Guess(string name, ReadOnlySpan<byte> beginning) => OfFile(name) ?? OfBytes(beginning);

    private static string OfBytes(ReadOnlySpan<byte> beginning) => beginning switch
    {
        [] => Unknown,
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => "application/pdf",
        [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] => "application/zip",
        [0x1F, 0x8B, ..] => "application/gzip",
        _ => IsText(beginning) ? OfText(beginning) : Unknown,
    };

    private static string OfText(ReadOnlySpan<byte> beginning)
    {
        var text = beginning.StartsWith(Encoding.UTF8.Preamble) ? beginning[Encoding.UTF8.Preamble.Length..] : beginning;
        text = text.TrimStart(" \t\r\n"u8);
        return text switch
        {
            [(byte)'{' or (byte)'[', ..] => Json,
            [(byte)'<', ..] when StartsHtml(text) => Html,
            _ => Text,
        };
    }

    private static bool StartsHtml(ReadOnlySpan<byte> text) =>
        Ascii.EqualsIgnoreCase(text[..Math.Min(text.Length, "<!doctype html".Length)], "<!doctype html"u8)
        || Ascii.EqualsIgnoreCase(text[..Math.Min(text.Length, "<html".Length)], "<html"u8);

    // Whole characters but for the last, none of them one that no text has.
    private static bool IsText(ReadOnlySpan<byte> beginning)
    {
        if (beginning.ContainsAnyInRange((byte)0, (byte)8) || beginning.ContainsAnyInRange((byte)0x0E, (byte)0x1A))
            return false;

        if (Utf8.IsValid(beginning))
            return true;

        for (var cut = 1; cut <= Math.Min(MaxCut, beginning.Length - 1); cut++)
        {
            if (Rune.DecodeFromUtf8(beginning[^cut..], out _, out _) == OperationStatus.NeedMoreData && Utf8.IsValid(beginning[..^cut]))
                return true;
        }

        return false;
    }
}

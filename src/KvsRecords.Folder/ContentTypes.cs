namespace KvsRecords.Folder;

/// <summary>The content types that crawlers keep only as the extension of a file's name.</summary>
internal static class ContentTypes
{
    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        ["json"] = "application/json; charset=utf-8",
        ["txt"] = "text/plain; charset=utf-8",
        ["html"] = "text/html; charset=utf-8",
        ["htm"] = "text/html; charset=utf-8",
        ["xml"] = "application/xml",
        ["csv"] = "text/csv; charset=utf-8",
        ["css"] = "text/css; charset=utf-8",
        ["js"] = "text/javascript; charset=utf-8",
        ["md"] = "text/markdown; charset=utf-8",
        ["svg"] = "image/svg+xml",
        ["png"] = "image/png",
        ["jpg"] = "image/jpeg",
        ["jpeg"] = "image/jpeg",
        ["gif"] = "image/gif",
        ["webp"] = "image/webp",
        ["avif"] = "image/avif",
        ["bmp"] = "image/bmp",
        ["ico"] = "image/x-icon",
        ["pdf"] = "application/pdf",
        ["zip"] = "application/zip",
        ["gz"] = "application/gzip",
        ["7z"] = "application/x-7z-compressed",
        ["bz2"] = "application/x-bzip2",
        ["xz"] = "application/x-xz",
        ["mp3"] = "audio/mpeg",
        ["ogg"] = "audio/ogg",
        ["wav"] = "audio/wav",
        ["mp4"] = "video/mp4",
        ["webm"] = "video/webm",
        ["mov"] = "video/quicktime",
        ["woff"] = "font/woff",
        ["woff2"] = "font/woff2",
        ["bin"] = "application/octet-stream",
    };

    public static string? OfFile(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? null : ByExtension.GetValueOrDefault(name[(dot + 1)..]);
    }
}

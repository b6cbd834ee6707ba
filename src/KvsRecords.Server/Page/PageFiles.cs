using System.Security.Cryptography;
using System.Text;
using KvsRecords.Server.Settings;
using KvsRecords.Stores;

namespace KvsRecords.Server.Page;

/// <summary>
/// The files of the page, which are a part of the program. They stay in the program's own file and are read from there: at the start, none
/// of them is in memory.
/// </summary>
internal sealed class PageFiles(User? developmentUser)
{
    private const string Prefix = "page/";
    private const string Start = "index.html";

    // The start names the folder of the others by it.
    private const string HashPlace = "{hash}";
    private const int HashLength = 12;

    // The page looks as the development user, whose token is well known, without asking.
    private const string TokenPlace = "{token}";

    private readonly Lock _lock = new();
    private string? _hash;
    private byte[] _start = [];

    /// <summary>The hash of all files, as the name of the folder that they seem to be in.</summary>
    public string Hash
    {
        get
        {
            lock (_lock)
                return _hash ??= Make(developmentUser is null ? "" : UsersReader.DevelopmentToken);
        }
    }

    /// <summary>Opens the HTML with which the page begins.</summary>
    public Stream OpenStart()
    {
        _ = Hash;
        return new MemoryStream(_start, writable: false);
    }

    /// <summary>Opens a file by its name, with its content type; null where there is none.</summary>
    public static (Stream Content, string ContentType)? Open(string name)
    {
        var contentType = Path.GetExtension(name) switch
        {
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            _ => null,
        };
        return contentType is not null && OpenResource(Prefix + name) is { } content ? (content, contentType) : null;
    }

    private string Make(string token)
    {
        using var all = new MemoryStream();
        var start = "";
        foreach (var name in typeof(PageFiles).Assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal))
                continue;

            var before = (int)all.Length;
            using var content = OpenResource(name)!;
            content.CopyTo(all);
            if (name == Prefix + Start)
                start = Encoding.UTF8.GetString(all.GetBuffer().AsSpan(before, (int)all.Length - before));
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(all.GetBuffer().AsSpan(0, (int)all.Length)))[..HashLength];
        start = start.Replace(HashPlace, hash, StringComparison.Ordinal).Replace(TokenPlace, token, StringComparison.Ordinal);
        _start = Encoding.UTF8.GetBytes(start);
        return hash;
    }

    private static Stream? OpenResource(string name) => typeof(PageFiles).Assembly.GetManifestResourceStream(name);
}

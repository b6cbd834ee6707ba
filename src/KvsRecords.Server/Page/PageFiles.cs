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

    private readonly Lazy<(string Hash, byte[] Start)> _made = new(() => Make(developmentUser is null ? "" : UsersReader.DevelopmentToken));

    /// <summary>The hash of all files, as the name of the folder that they seem to be in.</summary>
    public string Hash => _made.Value.Hash;

    /// <summary>The HTML with which the page begins.</summary>
    public byte[] StartPage => _made.Value.Start;

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

    private static (string Hash, byte[] Start) Make(string token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var names = typeof(PageFiles).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var start = "";
        foreach (var name in names)
        {
            using var reader = new MemoryStream();
            using (var content = OpenResource(name)!)
                content.CopyTo(reader);
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(reader.GetBuffer().AsSpan(0, (int)reader.Length));
            if (name == Prefix + Start)
                start = Encoding.UTF8.GetString(reader.GetBuffer().AsSpan(0, (int)reader.Length));
        }

        var text = Convert.ToHexStringLower(hash.GetHashAndReset())[..HashLength];
        return (text, Encoding.UTF8.GetBytes(
            start.Replace(HashPlace, text, StringComparison.Ordinal).Replace(TokenPlace, token, StringComparison.Ordinal)));
    }

    private static Stream? OpenResource(string name) => typeof(PageFiles).Assembly.GetManifestResourceStream(name);
}

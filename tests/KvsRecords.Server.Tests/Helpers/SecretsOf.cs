using System.Text.RegularExpressions;
using KvsRecords.Access;

namespace KvsRecords.Server.Tests;

/// <summary>The secrets that something has in it.</summary>
internal static partial class SecretsOf
{
    /// <summary>The tokens and signing keys in the text of a configuration.</summary>
    public static IEnumerable<string> Configuration(string text) => Tokens().Matches(text)
        .SelectMany(list => Text().Matches(list.Groups[1].Value))
        .Concat(SigningKey().Matches(text))
        .Select(secret => secret.Groups[1].Value);

    /// <summary>A store's signing key, and the signatures that its URLs have.</summary>
    public static IEnumerable<string> Store(Stores.Store store) => store.UrlSigningSecretKey is not { } key
        ? []
        : [key, UrlSignature.CreateHmac(key, store.Id), UrlSignature.CreateStorageContent(key, store.Id, null)];

    [GeneratedRegex("\"Tokens\"\\s*:\\s*\\[([^\\]]*)\\]")]
    private static partial Regex Tokens();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Text();

    [GeneratedRegex("\"UrlSigningSecretKey\"\\s*:\\s*\"([^\"]*)\"")]
    private static partial Regex SigningKey();
}

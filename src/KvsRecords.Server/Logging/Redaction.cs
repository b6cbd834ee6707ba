using System.Buffers;
using System.Text.RegularExpressions;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Logging;

/// <summary>
/// Replaces secrets in texts about a request: in the log, in errors and in the list of requests. Secrets are the tokens and signing keys of
/// the settings, the signing key of the store in the URL, every token or signature that came, and texts that look like one of Apify's.
/// </summary>
internal sealed partial class Redaction(ServerOptions options)
{
    public const string Mask = "***";

    // A shorter secret is a word like any other, and is replaced only where it is a whole segment or value.
    private const int MinWordLength = 7;

    // More encodings on top of each other are no mistake.
    private const int MaxEncodings = 3;

    private readonly string[] _ofSettings = [.. options.Secrets];
    private readonly SearchValues<string> _anyOfSettings = SearchValues.Create([.. options.Secrets], StringComparison.Ordinal);

    /// <summary>Redacts a text of a request, percent-encoded or not. One without secrets stays as it is.</summary>
    public static string Redact(HttpContext context, string text)
    {
        IEnumerable<string> secrets = ApiRequest.Secrets(context.Request, RequestQuery.Of(context));
        if (ApiRequest.Find(context)?.Store?.UrlSigningSecretKey is { } key)
            secrets = secrets.Append(key);
        return context.RequestServices.GetRequiredService<Redaction>().Redact(text, [.. secrets], MaxEncodings);
    }

    private string Redact(string text, string[] ofRequest, int encodings)
    {
        // The longest first: a secret that is part of a longer one would leave the rest of that.
        var secrets = text.AsSpan().ContainsAny(_anyOfSettings) ? _ofSettings.Concat(ofRequest) : ofRequest;
        var redacted = LooksLikeSecret().Replace(secrets.OrderByDescending(secret => secret.Length).Aggregate(text, Replace), $"$1{Mask}");
        if (encodings == 0 || !redacted.Contains('%'))
            return redacted;

        var decoded = Uri.UnescapeDataString(redacted);
        var inner = Redact(decoded, ofRequest, encodings - 1);
        return inner == decoded ? redacted : inner;
    }

    private static string Replace(string text, string secret) =>
        secret.Length >= MinWordLength ? text.Replace(secret, Mask, StringComparison.Ordinal)
        : !text.Contains(secret, StringComparison.Ordinal) ? text
        : Regex.Replace(text, $"""(?<=^|[/~"=&]){Regex.Escape(secret)}(?=$|[/~"=&])""", Mask, RegexOptions.CultureInvariant);

    [GeneratedRegex("""apify_api_[\w-]+|((?:token|signature)=)[^&/"]+|MC4[w-z0-5][\w-]{24,}""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeSecret();
}

using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Http;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Logging;

/// <summary>
/// Hides secrets in what is told of a request: in the log, in errors and in the list of requests. They stand where somebody has put them by
/// mistake, as a segment of the path, the name of a parameter or a key. Secrets are the users' tokens, the emulator's, the signing keys of the
/// configuration and of the store that is meant, whatever came as a token or a signature, and what looks like one of Apify's.
/// </summary>
internal sealed partial class SecretMask
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mask = "***";

    // What is shorter is a word like any other, and a secret only where it is all of a value.
    private const int ShortestWord = 7;

    // More of them on top of each other are no mistake.
    private const int MostEncodings = 3;

    // A token may have any character, so values come before words: what messages quote, segments, what stands in those, and at last words.
    private static readonly SearchValues<char>[] Separators =
    [
        SearchValues.Create("\""),
        SearchValues.Create("~"),
        SearchValues.Create("/"),
        SearchValues.Create("/~"),
        SearchValues.Create("/~&="),
        SearchValues.Create([.. Enumerable.Range(0, 128).Select(code => (char)code).Where(c => !char.IsLetterOrDigit(c) && c is not '-' and not '_')]),
    ];

    private static readonly SearchValues<string> Marks =
        SearchValues.Create(["apify_api_", "token=", "signature=", "MC4"], StringComparison.OrdinalIgnoreCase);

    private readonly HttpContext _context;
    private readonly ServerOptions _options;
    private readonly string[] _ofRequest;
    private readonly Dictionary<string, string> _told = [];

    private SecretMask(HttpContext context)
    {
        _context = context;
        _options = context.RequestServices.GetRequiredService<ServerOptions>();
        _ofRequest = [.. CallerBinding.Secrets(context.Request, RequestQuery.Of(context))];
    }

    /// <summary>A text that stands in a request, or comes of it, without secrets; percent-encoded or not. One that has none stays as it is.</summary>
    public static string Hide(HttpContext context, string text)
    {
        if (context.Features.Get<SecretMask>() is not { } mask)
            context.Features.Set(mask = new SecretMask(context));
        return mask.Hide(text);
    }

    // The same is told several times: in the log, when the request comes, when it is answered and when it ends.
    private string Hide(string text)
    {
        if (!_told.TryGetValue(text, out var told))
            _told.Add(text, told = Hide(text, _ofRequest));

        // Known only when the store has been found.
        return StoreRequest.Find(_context)?.Store?.UrlSigningSecretKey is { } key && Uri.UnescapeDataString(told).Contains(key, StringComparison.Ordinal)
            ? Hide(text, [.. _ofRequest, key])
            : told;
    }

    // A separator that is encoded may be part of a secret, or stand before one: so a text is looked at encoded, and decoded.
    private string Hide(string text, string[] ofRequest)
    {
        var (told, isHidden) = (text, false);
        for (var decoded = 0; ; decoded++)
        {
            var hidden = HideAsItIs(told, ofRequest);
            isHidden |= hidden != told;
            told = hidden;
            if (decoded == MostEncodings || !told.Contains('%'))
                return isHidden ? told : text;
            told = Uri.UnescapeDataString(told);
        }
    }

    private string HideAsItIs(string text, string[] ofRequest)
    {
        var hidden = IsSecret(text, ofRequest) ? Mask : text;
        for (var i = 0; i < Separators.Length; i++)
            hidden = Hide(hidden, Separators[i], i == Separators.Length - 1 ? ShortestWord : 1, ofRequest);
        return hidden.AsSpan().ContainsAny(Marks) ? LooksLikeSecret().Replace(hidden, $"$1{Mask}") : hidden;
    }

    private string Hide(string text, SearchValues<char> separators, int shortest, string[] ofRequest)
    {
        StringBuilder? hidden = null;
        var told = 0;
        foreach (var range in text.AsSpan().SplitAny(separators))
        {
            var (start, length) = range.GetOffsetAndLength(text.Length);
            if (length < shortest || !IsSecret(text.AsSpan(start, length), ofRequest))
                continue;

            hidden = (hidden ?? new StringBuilder()).Append(text, told, start - told).Append(Mask);
            told = start + length;
        }

        return hidden is null ? text : hidden.Append(text, told, text.Length - told).ToString();
    }

    private bool IsSecret(ReadOnlySpan<char> text, string[] ofRequest)
    {
        for (var decoded = 0; ; decoded++)
        {
            foreach (var secret in ofRequest)
            {
                if (text.SequenceEqual(secret))
                    return true;
            }

            if (_options.Users.HasToken(text) || _options.Stores.HasSigningKey(text) || (_options.EmulatorToken is { } token && text.SequenceEqual(token)))
                return true;
            if (decoded == MostEncodings || !text.Contains('%'))
                return false;
            text = Uri.UnescapeDataString(text);
        }
    }

    // Tokens, whoever's; what stands behind the name of one; and signatures in their envelope, which is "0.", a time and more in base64url.
    [GeneratedRegex("""apify_api_[\w-]+|((?:token|signature)=)[^&/"]+|MC4[w-z0-5][\w-]{24,}""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeSecret();
}

using KvsRecords.Access;

namespace KvsRecords.Server.Requests;

/// <summary>Identifies the caller by the token in the header, which every official client sends, or else by the one in the query.</summary>
internal static class CallerBinding
{
    private const string Scheme = "Bearer ";

    public static Caller Identify(HttpRequest request, RequestQuery query, UserDirectory users) =>
        users.Identify(BearerToken(request) ?? query["token"]);

    /// <summary>Tells whether the header has a token, which no page and no link can make a browser send by itself.</summary>
    public static bool HasBearerToken(HttpRequest request) => BearerToken(request) is not null;

    /// <summary>Gives every token and signature of the request, good or bad, in any scheme: none of them may be shown.</summary>
    public static IEnumerable<string> Secrets(HttpRequest request, RequestQuery query) =>
        new[] { request.Headers.Authorization.ToString().Split(' ', 2)[^1].Trim(), query["token"], query["signature"] }
            .OfType<string>().Where(secret => secret.Length > 0);

    /// <summary>
    /// The token in the header; null: none. The framework's parser takes a comma for the end of a token, which may have any character.
    /// </summary>
    public static string? BearerToken(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && header[Scheme.Length..].Trim() is { Length: > 0 } token
            ? token
            : null;
}

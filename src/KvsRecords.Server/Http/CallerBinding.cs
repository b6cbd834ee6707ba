using System.Net.Http.Headers;
using KvsRecords.Access;

namespace KvsRecords.Server.Http;

/// <summary>Finds out who asks: the token is in the header, which every official client sends, or else in the query.</summary>
internal static class CallerBinding
{
    public static Caller Identify(HttpRequest request, RequestQuery query, UserDirectory users) =>
        users.Identify(BearerToken(request) ?? query["token"]);

    private static string? BearerToken(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization.ToString(), out var header)
        && string.Equals(header.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)
        && !string.IsNullOrEmpty(header.Parameter)
            ? header.Parameter
            : null;
}

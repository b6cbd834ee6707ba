using System.Reflection;
using KvsRecords.Access;
using KvsRecords.Server.Errors;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Http.Features;

namespace KvsRecords.Server.Requests;

/// <summary>A request of the API: its query, its caller, and the store or the run that its URL names. It is resolved once.</summary>
internal sealed class ApiRequest
{
    private const string Scheme = "Bearer ";

    public required RequestQuery Query { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>The name of the store, or of the run, in the URL; null where the URL has none.</summary>
    public string? Called { get; init; }

    /// <summary>The store that the URL refers to; null where it names a run that is not declared, or no store.</summary>
    public StoreReference? Reference { get; init; }

    /// <summary>The run whose store is meant; null where it is not declared, and where the URL names no run.</summary>
    public Run? Run { get; init; }

    /// <summary>The store that was found, whether or not the caller may read it; null when there is none.</summary>
    public Store? Store { get; init; }

    /// <summary>The caller, where the access rule asks for a token.</summary>
    public User User => Caller.User!;

    /// <summary>Reads the filter of records in the query: <c>prefix</c> and <c>collection</c>.</summary>
    public (RecordFilter Filter, ApiError? Error) ReadFilter()
    {
        var filter = new RecordFilter(Query["prefix"]);
        if (Query["collection"] is not { } id)
            return (filter, null);

        // "The key-value store need to have a schema defined for this parameter to work."
        if (Store!.Schema is not { } schema)
            return (filter, ApiError.CollectionWithoutSchema(id));
        return schema.Find(id) is { } collection
            ? (filter with { Collection = collection }, null)
            : (filter, ApiError.CollectionUnknown(id, schema.CollectionIds));
    }

    public static ApiRequest Of(HttpContext context) => context.Features.GetRequiredFeature<ApiRequest>();

    /// <summary>Null before the request is resolved, and for URLs that are no part of the API.</summary>
    public static ApiRequest? Find(HttpContext context) => context.Features.Get<ApiRequest>();

    /// <summary>Makes it a parameter of endpoints.</summary>
    public static ValueTask<ApiRequest?> BindAsync(HttpContext context, ParameterInfo _) => new(Of(context));

    /// <summary>Identifies the caller by the token in the header, which every official client sends, or else by the one in the query.</summary>
    public static Caller Identify(HttpRequest request, RequestQuery query, UserDirectory users) =>
        users.Identify(BearerToken(request) ?? query["token"]);

    /// <summary>Gives every token and signature of the request, good or bad, in any scheme: none of them may be shown.</summary>
    public static IEnumerable<string> Secrets(HttpRequest request, RequestQuery query) =>
        new[] { request.Headers.Authorization.ToString().Split(' ', 2)[^1].Trim(), query["token"], query["signature"] }
            .OfType<string>().Where(secret => secret.Length > 0);

    /// <summary>
    /// The token in the header, which no page and no link can make a browser send by itself; null: none. The framework's parser takes a
    /// comma for the end of a token, which may have any character.
    /// </summary>
    public static string? BearerToken(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && header[Scheme.Length..].Trim() is { Length: > 0 } token
            ? token
            : null;
}

using KvsRecords.Server.Errors;

namespace KvsRecords.Server.OpenApi;

/// <summary>
/// Names what ASP.NET Core's own metadata cannot say of an endpoint. The names are looked up when the tests generate the OpenAPI document;
/// the server only serves it.
/// </summary>
internal static class EndpointDocumentation
{
    private static readonly string[] OfBodies =
    [
        nameof(ApiError.RequestTimeout), nameof(ApiError.RequestTooLarge), nameof(ApiError.ExpandsTooFar), nameof(ApiError.TooManyBodies),
        nameof(ApiError.UnsupportedContentEncoding),
    ];

    /// <summary>Adds errors of the catalogue.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder endpoint, params string[] errors)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new PossibleErrors(errors));

    /// <summary>Adds parameters, which endpoints read from the raw query and headers, by their names among the document's components.</summary>
    public static TBuilder Takes<TBuilder>(this TBuilder endpoint, params string[] parameters)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ReadParameters(parameters));

    /// <summary>
    /// Adds a request body by its name among the document's components. The framework's own metadata would also refuse other content
    /// types, which the service does not.
    /// </summary>
    public static RouteHandlerBuilder TakesBody(this RouteHandlerBuilder endpoint, string body) =>
        endpoint.Takes("Content-Encoding").Refuses(OfBodies).WithMetadata(new ReadBody(body));
}

/// <summary>The errors with which an endpoint may answer, by their names in <see cref="ApiError"/>.</summary>
internal sealed record PossibleErrors(IReadOnlyList<string> Names);

/// <summary>The parameters that an endpoint reads.</summary>
internal sealed record ReadParameters(IReadOnlyList<string> Names);

/// <summary>The body that an endpoint reads.</summary>
internal sealed record ReadBody(string Name);

/// <summary>The credentials with which an endpoint lets a caller in.</summary>
internal enum Credentials
{
    Token,
    TokenOrNone,
    TokenSignatureOrNone,
}

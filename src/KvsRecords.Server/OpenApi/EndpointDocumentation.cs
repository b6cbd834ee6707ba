using KvsRecords.Server.Errors;
using KvsRecords.Server.Requests;

namespace KvsRecords.Server.OpenApi;

/// <summary>
/// Adds what ASP.NET Core's own metadata cannot say of an endpoint. It is read when the tests generate the OpenAPI document; the server only
/// serves that.
/// </summary>
internal static class EndpointDocumentation
{
    private static readonly ApiError[] OfBodies =
    [
        ApiError.RequestTimeout, ApiError.RequestTooLarge(RequestBody.MaxJson, RequestBody.MaxJson + 1),
        ApiError.ExpandsTooFar(EncodedBody.MaxRatio), ApiError.TooManyBodies(BrotliTurns.Max), ApiError.UnsupportedContentEncoding("zstd"),
    ];

    /// <summary>Adds errors. One whose message depends on the request is an example.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder endpoint, params ApiError[] errors)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new PossibleErrors(errors));

    /// <summary>
    /// Adds parameters, which endpoints read from the raw query and headers, by their names among the document's components.
    /// </summary>
    public static TBuilder Takes<TBuilder>(this TBuilder endpoint, params string[] parameters)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ReadParameters(parameters));

    /// <summary>
    /// Adds a request body by its name among the document's components. The framework's own metadata would also refuse other content
    /// types, which the service does not.
    /// </summary>
    public static RouteHandlerBuilder TakesBody(this RouteHandlerBuilder endpoint, string body) =>
        endpoint.Takes("Content-Encoding").Refuses(OfBodies).WithMetadata(new ReadBody(body));
}

/// <summary>The errors with which an endpoint may answer.</summary>
internal sealed record PossibleErrors(IReadOnlyList<ApiError> Errors);

/// <summary>The parameters that an endpoint reads.</summary>
internal sealed record ReadParameters(IReadOnlyList<string> Names);

/// <summary>The body that an endpoint reads.</summary>
internal sealed record ReadBody(string Name);

using System.Net.Mime;
using System.Runtime.CompilerServices;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;

namespace KvsRecords.Server.Description;

/// <summary>
/// Says of an endpoint, where it is mapped, what the OpenAPI document says of it beside its summary. The document is generated from
/// this when the tests are run; the server only serves it.
/// </summary>
internal static class Describing
{
    /// <summary>A query parameter or a header that is looked at.</summary>
    public static TBuilder Takes<TBuilder>(this TBuilder endpoint, params RequestParameter[] parameters)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata([.. parameters]);

    /// <summary>A body in JSON that is read.</summary>
    public static RouteHandlerBuilder TakesJson<T>(this RouteHandlerBuilder endpoint, string text, bool isRequired = false) =>
        endpoint.WithMetadata(new BodyDescription(typeof(T), text, isRequired));

    /// <summary>A body of any bytes that is read.</summary>
    public static RouteHandlerBuilder TakesBytes(this RouteHandlerBuilder endpoint, string text) =>
        endpoint.WithMetadata(new BodyDescription(null, text, IsRequired: false));

    /// <summary>An answer in JSON: <c>{"data":…}</c> with a <typeparamref name="T"/>.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, int status, string text, params string[] headers) =>
        endpoint.Answers(status, typeof(T), [MediaTypeNames.Application.Json], text, isData: true, headers);

    /// <summary>An answer whose body is as it is, with nothing around it.</summary>
    public static RouteHandlerBuilder AnswersBody<T>(
        this RouteHandlerBuilder endpoint, int status, string contentType, string text, params string[] headers) =>
        endpoint.Answers(status, typeof(T), [contentType], text, isData: false, headers);

    /// <summary>An answer without a body.</summary>
    public static RouteHandlerBuilder AnswersNothing(
        this RouteHandlerBuilder endpoint, int status, string text, params string[] headers) =>
        endpoint.Answers(status, typeof(void), [], text, isData: false, headers);

    /// <summary>An error of the catalogue.</summary>
    /// <param name="endpoint">What may answer with it.</param>
    /// <param name="error">The error; where it depends on the request, one like it.</param>
    /// <param name="isNeverToHead">Whether <c>HEAD</c> is never answered with it.</param>
    /// <param name="catalogued">How the catalogue calls it: the compiler says so.</param>
    public static TBuilder Refuses<TBuilder>(
        this TBuilder endpoint,
        ApiError error,
        bool isNeverToHead = false,
        [CallerArgumentExpression(nameof(error))] string catalogued = "")
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(
            new Refusal(catalogued.Split('.', 2)[1].Split('(')[0], error) { IsNeverToHead = isNeverToHead },
            new ProducesResponseTypeMetadata(error.Status, typeof(ErrorEnvelope.Envelope), [MediaTypeNames.Application.Json]));

    /// <summary>What is wrong with a body, or with how it comes, before anything is known of what is in it.</summary>
    public static RouteHandlerBuilder RefusesBodies(this RouteHandlerBuilder endpoint) => endpoint
        .Refuses(ApiError.RequestTimeout)
        .Refuses(ApiError.RequestTooLarge(RequestBody.MostJson, RequestBody.MostJson + 1))
        .Refuses(ApiError.ExpandsTooFar(EncodedBody.MaxRatio))
        .Refuses(ApiError.TooManyBodies(BrotliTurns.Max))
        .Refuses(ApiError.UnsupportedContentEncoding("zstd"));

    private static RouteHandlerBuilder Answers(
        this RouteHandlerBuilder endpoint, int status, Type type, string[] contentTypes, string text, bool isData, string[] headers) =>
        endpoint.WithMetadata(
            new ProducesResponseTypeMetadata(status, type, contentTypes) { Description = text }, new AnswerDescription(status, isData, headers));
}

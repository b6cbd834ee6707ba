using System.Globalization;
using System.Net.Mime;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using KvsRecords.Server.Description;
using KvsRecords.Server.Emulator;
using KvsRecords.Server.Errors;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>Says of each operation what it answers: data with an example, errors by the catalogue, and headers.</summary>
internal sealed class AnswerDescriber : IOpenApiOperationTransformer
{
    // What a request meets before it reaches its endpoint.
    private static readonly Refusal[] OfAll =
    [
        new("HostNotAllowed", ApiError.HostNotAllowed("example.com")),
        new("Internal", ApiError.Internal),
    ];

    // Its method may be another one than that of the request.
    private static readonly Refusal[] OfApi =
    [
        .. OfAll,
        new("ForeignEmbedding", ApiError.ForeignEmbedding("script")),
        new("InvalidInput", ApiError.InvalidInput("The query parameter \"method\" must be one of GET, POST, PUT, DELETE.")),
        new("MethodNotAllowed", ApiError.MethodNotAllowed(["GET"])),
    ];

    private static readonly Refusal[] OfEmulator =
    [
        .. OfAll,
        new("InvalidInput", ApiError.InvalidInput("A segment of the path is \".\" or \"..\".")),
    ];

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var hasCors = !metadata.OfType<IDisableCorsAttribute>().Any();
        var responses = new Dictionary<string, IOpenApiResponse>(StringComparer.Ordinal);
        foreach (var type in context.Description.SupportedResponseTypes.Where(type => type.Type != typeof(ErrorEnvelope.Envelope)))
        {
            var description = metadata.OfType<AnswerDescription>().LastOrDefault(answer => answer.Status == type.StatusCode);
            responses[Text(type.StatusCode)] = Shared(
                NameOf(context.Description, type.StatusCode, hasCors), Answer(type, description, context, operation, hasCors), context.Document!);
        }

        var isHead = HttpMethods.IsHead(context.Description.HttpMethod!);
        var isLimited = !metadata.OfType<DisableRateLimitingAttribute>().Any();
        IEnumerable<Refusal> refusals =
        [
            .. EmulatorRoutes.Has($"/{context.Description.RelativePath}") ? OfEmulator : OfApi,
            .. metadata.OfType<Refusal>().Where(refusal => !(isHead && refusal.IsNeverToHead)),
            .. isLimited ? [new Refusal("RateLimitExceeded", ApiError.RateLimitExceeded(60))] : Array.Empty<Refusal>(),
        ];
        foreach (var ofStatus in refusals.DistinctBy(refusal => refusal.Name).GroupBy(refusal => refusal.Error.Status))
            responses[Text(ofStatus.Key)] = Errors([.. ofStatus.OrderBy(refusal => refusal.Name, StringComparer.Ordinal)], context, hasCors);

        operation.Responses = [];
        foreach (var (status, response) in responses.OrderBy(response => response.Key, StringComparer.Ordinal))
            operation.Responses[status] = response;
        return Task.CompletedTask;
    }

    // The shortcuts of runs answer as the store's own URL.
    private static string NameOf(ApiDescription operation, int status, bool hasCors)
    {
        var method = operation.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().Last();
        var handler = method.DeclaringType!;
        while (handler.DeclaringType is { } outer)
            handler = outer;

        // One class may answer at several URLs by methods of its own.
        var part = method.Name.StartsWith("Handle", StringComparison.Ordinal) || method.Name.StartsWith('<') ? "" : method.Name;
        return $"{handler.Name}{part}{operation.HttpMethod![..1]}{operation.HttpMethod![1..].ToLowerInvariant()}{status}{(hasCors ? "" : "OfEmulator")}";
    }

    private static OpenApiResponseReference Shared(string id, OpenApiResponse response, OpenApiDocument document)
    {
        if (document.Components?.Responses?.TryGetValue(id, out var other) is true && other.Description != response.Description)
            throw new InvalidOperationException($"Two answers are called {id}: give their handlers methods with names of their own.");

        document.AddComponent<IOpenApiResponse>(id, response);
        return new OpenApiResponseReference(id, document);
    }

    private static OpenApiResponse Answer(
        ApiResponseType type, AnswerDescription? description, OpenApiOperationTransformerContext context, OpenApiOperation operation, bool hasCors)
    {
        var response = new OpenApiResponse
        {
            Description = context.Description.ActionDescriptor.EndpointMetadata.OfType<IProducesResponseTypeMetadata>()
                .LastOrDefault(answer => answer.StatusCode == type.StatusCode && answer.Description is not null)?.Description ?? "",
            Headers = Headers.Of(description?.Headers ?? [], hasCors, context.Document!),
        };
        if (HttpMethods.IsHead(context.Description.HttpMethod!) || operation.Responses?[Text(type.StatusCode)].Content is not { Count: > 0 } content)
            return response;

        // The framework's metadata takes no wildcard.
        if (content.Remove(MediaTypeNames.Application.Octet))
            content["*/*"] = new OpenApiMediaType { Schema = new OpenApiSchema() };
        response.Content = content;
        foreach (var media in content.Values)
        {
            if (Examples.Of(type.Type!, type.StatusCode) is { } example)
                media.Example = description is { IsData: true } ? new JsonObject { ["data"] = example } : example;
            if (description is { IsData: true })
            {
                media.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "data" },
                    Properties = new Dictionary<string, IOpenApiSchema> { ["data"] = media.Schema! },
                };
            }
        }

        return response;
    }

    /// <summary>The same errors stand in the document once.</summary>
    private static OpenApiResponseReference Errors(Refusal[] refusals, OpenApiOperationTransformerContext context, bool hasCors)
    {
        var document = context.Document!;
        var id = string.Join("Or", refusals.Select(refusal => refusal.Name)) + (hasCors ? "" : "OfEmulator");
        var isHead = HttpMethods.IsHead(context.Description.HttpMethod!);
        if (isHead)
            id += "OfHead";

        string[] headers = refusals[0].Error.Status switch
        {
            StatusCodes.Status401Unauthorized => ["WWW-Authenticate"],
            StatusCodes.Status405MethodNotAllowed => ["Allow"],
            StatusCodes.Status503ServiceUnavailable => ["Retry-After"],
            _ => [],
        };
        return Shared(id, new OpenApiResponse
        {
            Description = string.Join("\n", refusals.SelectMany(Named).Select(error => $"- `{error.Type}`: {error.Message}").Distinct()),
            Headers = Headers.Of(headers, hasCors, document),
            Content = isHead ? null : new Dictionary<string, OpenApiMediaType> { ["application/json"] = Body(refusals, document) },
        }, document);
    }

    private static OpenApiMediaType Body(Refusal[] refusals, OpenApiDocument document) => new()
    {
        Schema = new OpenApiSchema
        {
            AllOf = [new OpenApiSchemaReference("Error", document), WithType(refusals.SelectMany(Named).Select(error => error.Type).Distinct())],
        },
        Examples = refusals
            .SelectMany(refusal => Named(refusal).Select((error, i) => (Name: refusal.Name + (i == 0 ? "" : "OfService"), Error: error)))
            .ToDictionary(example => example.Name, IOpenApiExample (example) => new OpenApiExample { Value = ExampleOf(example.Error) }),
    };

    /// <summary>An error under the names of the specification, and under those of the live service where they differ.</summary>
    private static IEnumerable<ApiError> Named(Refusal refusal) =>
        new[] { refusal.Error, refusal.Error.OfService }.DistinctBy(error => (error.Type, error.Message));

    private static OpenApiSchema WithType(IEnumerable<string> types) => Object("error", Object("type", new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        Enum = [.. types.Select(type => JsonValue.Create(type))],
    }));

    private static OpenApiSchema Object(string name, OpenApiSchema member) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema> { [name] = member },
    };

    private static JsonNode? ExampleOf(ApiError error) => JsonSerializer.SerializeToNode(
        new ErrorEnvelope.Envelope(new ErrorEnvelope.Body(error.Type, error.Message, error.Data)), EnvelopeContext.Default.Envelope);

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}

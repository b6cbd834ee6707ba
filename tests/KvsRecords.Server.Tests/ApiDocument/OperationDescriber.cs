using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KvsRecords.Server.Description;
using KvsRecords.Server.Emulator;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>Says of each operation what it is called, what it takes, and who may use it.</summary>
internal sealed partial class OperationDescriber : IOpenApiOperationTransformer
{
    private static readonly Dictionary<string, (string Text, string Example)> InPath = new()
    {
        ["storeId"] = ("The id of a store, or username~store-name, or ~store-name for one of the caller's.", "dev~shop"),
        ["runId"] = ("The id of a run that has been declared.", "HG7ML7M8z78YcAPEB"),
        ["actorId"] = ("The Actor of a declared run; the last of its runs is meant.", "dev~my-actor"),
        ["actorTaskId"] = ("The task of a declared run; the last of its runs is meant.", "dev~my-task"),
        ["key"] = ("The record's key.", "product-001"),
        ["userId"] = ("A user's id or name.", "dev"),
    };

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var (document, path) = (context.Document!, $"/{context.Description.RelativePath}");
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.OperationId = OperationId(path, context.Description.HttpMethod!);
        operation.Tags = new HashSet<OpenApiTagReference> { new(Tag(path), document) };
        operation.Parameters =
        [
            .. Parameter().Matches(path).Select(match => OfPath(match.Groups[1].Value)),
            .. metadata.OfType<RequestParameter>().Select(parameter => Shared(parameter, document)),
            .. EmulatorRoutes.Has(path) ? [] : new[] { Shared(RequestParameters.Method, document) },
        ];
        OpenApiSecurityRequirement[] token = [By(DocumentDescriber.Bearer, document), By(DocumentDescriber.Token, document)];
        operation.Security = metadata.OfType<AccessDescription>().Select(access => (AccessDescription?)access).LastOrDefault() switch
        {
            null when metadata.OfType<EmulatorAccess.Steering>().Any() => [By(DocumentDescriber.Emulator, document), new OpenApiSecurityRequirement()],
            AccessDescription.ForUsers => [.. token],
            AccessDescription.ForReaders => [.. token, new OpenApiSecurityRequirement()],
            AccessDescription.ForReadersWithSignature =>
                [.. token, By(DocumentDescriber.Signature, document), new OpenApiSecurityRequirement()],
            _ => [],
        };
        if (metadata.OfType<BodyDescription>().LastOrDefault() is { } body)
            operation.RequestBody = await BodyAsync(body, context, cancellationToken);
    }

    // As the service's own document makes them: keyValueStore_record_get.
    private static string OperationId(string path, string method)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var words = segments
            .Select((segment, i) => i + 1 < segments.Length && segments[i + 1][0] == '{' ? segment.TrimEnd('s') : segment)
            .Where(segment => segment[0] != '{' && segment != "v2")
            .Select(segment => Word().Replace(segment.Trim('_'), match => match.Groups[1].Value.ToUpperInvariant()));
        return $"{string.Join('_', words)}_{method.ToLowerInvariant()}";
    }

    private static string Tag(string path) => path switch
    {
        _ when path.StartsWith("/_emulator", StringComparison.Ordinal) => "Emulator",
        _ when path.StartsWith("/openapi", StringComparison.Ordinal) => "Document",
        _ when path.StartsWith("/v2/users", StringComparison.Ordinal) => "Users",
        _ when path.EndsWith("/last", StringComparison.Ordinal) || path.EndsWith("/{runId}", StringComparison.Ordinal) => "Runs",
        _ when path.EndsWith("/keys", StringComparison.Ordinal) => "Keys",
        _ when path.EndsWith("/records", StringComparison.Ordinal) => "Archive",
        _ when path.EndsWith("/{key}", StringComparison.Ordinal) => "Records",
        _ => "Stores",
    };

    private static OpenApiParameter OfPath(string name)
    {
        var (text, example) = InPath.GetValueOrDefault(name);
        return new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Path,
            Required = true,
            Description = text,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1 },
            Example = example,
        };
    }

    /// <summary>A parameter that several operations take stands in the document once.</summary>
    private static OpenApiParameterReference Shared(RequestParameter parameter, OpenApiDocument document)
    {
        if (document.Components?.Parameters?.TryGetValue(parameter.Id, out var other) is true && other.Description != parameter.Text)
            throw new InvalidOperationException($"Two parameters are called {parameter.Id}: give one an id of its own.");

        document.AddComponent<IOpenApiParameter>(parameter.Id, new OpenApiParameter
        {
            Name = parameter.Name,
            In = parameter.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
            Description = parameter.Text,
            Schema = parameter.IsNumber
                ? new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0" }
                : new OpenApiSchema { Type = JsonSchemaType.String, Enum = parameter.OneOf.Count == 0 ? null : [.. parameter.OneOf.Select(value => JsonValue.Create(value))] },
            Example = parameter switch
            {
                { Example: "" } => null,
                { IsNumber: true } => int.Parse(parameter.Example, CultureInfo.InvariantCulture),
                _ => parameter.Example,
            },
        });
        return new OpenApiParameterReference(parameter.Id, document);
    }

    private static OpenApiSecurityRequirement By(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };

    private static async Task<OpenApiRequestBody> BodyAsync(
        BodyDescription body, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var content = new OpenApiMediaType { Schema = new OpenApiSchema() };
        if (body.Type is { } type)
        {
            var one = type.GetElementType() ?? type;
            context.Document!.AddComponent<IOpenApiSchema>(one.Name, await context.GetOrCreateSchemaAsync(one, null, cancellationToken));
            var reference = new OpenApiSchemaReference(one.Name, context.Document);
            content.Schema = type.IsArray ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = reference } : reference;
            content.Example = Examples.Of(type);
        }

        return new OpenApiRequestBody
        {
            Description = body.Text,
            Required = body.IsRequired,
            Content = new Dictionary<string, OpenApiMediaType> { [body.Type is null ? "*/*" : "application/json"] = content },
        };
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("[-.]([a-z0-9])")]
    private static partial Regex Word();
}

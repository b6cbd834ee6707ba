using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>Describes the responses of each operation: answers with an example, errors by the catalogue, and their headers.</summary>
internal sealed class ResponseDescriber(JsonObject written)
{
    private const string Data = "data";

    // What a request meets before it reaches its endpoint.
    private static readonly string[] OfEmulator = [nameof(ApiError.HostNotAllowed), nameof(ApiError.Internal), nameof(ApiError.InvalidInput)];

    // Its method may be another one than that of the request.
    private static readonly string[] OfApi = [.. OfEmulator, nameof(ApiError.ForeignEmbedding), nameof(ApiError.MethodNotAllowed)];

    private static readonly string[] HeadersOfAll = ["Cache-Control", "Cross-Origin-Resource-Policy", "X-Content-Type-Options", "X-RateLimit-Limit"];

    private static readonly string[] HeadersOfApi = ["Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Vary"];

    private static readonly string[] HeadersOfFiles =
        ["Accept-Ranges", "Content-Disposition", "Content-Security-Policy", "ETag", "Last-Modified"];

    // Examples of the errors that depend on the request.
    private static readonly Dictionary<string, ApiError> Errors = new()
    {
        [nameof(ApiError.CollectionUnknown)] = ApiError.CollectionUnknown("products", ["images"]),
        [nameof(ApiError.CollectionWithoutSchema)] = ApiError.CollectionWithoutSchema("products"),
        [nameof(ApiError.ExpandsTooFar)] = ApiError.ExpandsTooFar(EncodedBody.MaxRatio),
        [nameof(ApiError.ForeignEmbedding)] = ApiError.ForeignEmbedding("script"),
        [nameof(ApiError.HostNotAllowed)] = ApiError.HostNotAllowed("example.com"),
        [nameof(ApiError.InvalidRecordKey)] = ApiError.InvalidRecordKey(new RecordKey("a b").WhyNotWritable()!),
        [nameof(ApiError.MethodNotAllowed)] = ApiError.MethodNotAllowed(["GET"]),
        [nameof(ApiError.NameNotUnique)] = ApiError.NameNotUnique("shop"),
        [nameof(ApiError.RateLimitExceeded)] = ApiError.RateLimitExceeded(60),
        [nameof(ApiError.RequestTooLarge)] = ApiError.RequestTooLarge(RequestBody.MaxJson, RequestBody.MaxJson + 1),
        [nameof(ApiError.ResetFailed)] =
            ApiError.ResetFailed("shop.zip, which was loaded at the start, is not there any more. Nothing was deleted."),
        [nameof(ApiError.SchemaViolated)] = ApiError.SchemaViolated(
            "The record \"product-001\" does not obey the schema of its collection: /price 0 should be at least 1",
            [new SchemaViolation("products", "/price", "minimum", "0 should be at least 1")]),
        [nameof(ApiError.TooManyBodies)] = ApiError.TooManyBodies(BrotliTurns.Max),
        [nameof(ApiError.TooManyDownloads)] = ApiError.TooManyDownloads(1_000),
        [nameof(ApiError.UnsupportedContentEncoding)] = ApiError.UnsupportedContentEncoding("zstd"),
    };

    /// <summary>The responses by their ids: those of several operations stand in the document once.</summary>
    public JsonObject Components { get; } = [];

    public static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    public static bool IsFile(JsonNode operation) =>
        operation["responses"]!["200"]?["content"]?.AsObject().All(content => content.Key != "application/json") is true;

    public JsonObject Describe(string method, JsonNode operation, EndpointMetadataCollection metadata)
    {
        var isApi = metadata.GetMetadata<IDisableCorsAttribute>() is null;
        var isHead = method == "head";
        var all = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (status, answer) in Answers(operation, metadata))
            all[status] = Shared(NameOf(metadata, method, status, isApi), Answer(status, answer!, method, isApi, IsFile(operation)));

        var refused = metadata.OfType<PossibleErrors>().SelectMany(errors => errors.Names)
            .Where(name => !isHead || name != nameof(ApiError.TooManyDownloads))
            .Concat(isApi ? OfApi : OfEmulator)
            .Concat(metadata.GetMetadata<DisableRateLimitingAttribute>() is null ? [nameof(ApiError.RateLimitExceeded)] : [])
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(name => (Name: name, Error: ErrorOf(name, isApi)));
        foreach (var errors in refused.GroupBy(error => error.Error.Status))
        {
            var id = string.Join("Or", errors.Select(error => error.Name)) + (isApi ? "" : "OfEmulator") + (isHead ? "OfHead" : "");
            all[errors.Key.ToString(CultureInfo.InvariantCulture)] = Shared(id, Refusal([.. errors], isApi, isHead));
        }

        return new JsonObject(all.OrderBy(response => response.Key, StringComparer.Ordinal));
    }

    private JsonObject Answers(JsonNode operation, EndpointMetadataCollection metadata)
    {
        // Where an endpoint only refuses, the generator makes an answer up.
        if (metadata.GetMetadata<ProducesResponseTypeAttribute>() is null)
            return [];

        var answers = operation["responses"]!.DeepClone().AsObject();
        foreach (var (status, answer) in IsFile(operation) ? written["answersOfFiles"]!.AsObject() : [])
            answers[status] = answer!.DeepClone();
        if (answers["206"] is { } part)
            part["content"] = answers["200"]!["content"]!.DeepClone();
        return answers;
    }

    private JsonObject Answer(string status, JsonNode generated, string method, bool isApi, bool isFile)
    {
        IEnumerable<string> own = status switch
        {
            "201" when isApi => ["Location"],
            "204" when method == "options" => ["Allow"],
            "206" or "416" => ["Content-Range", .. HeadersOfFiles],
            _ when isFile => HeadersOfFiles,
            _ => [],
        };
        var response = new JsonObject { ["description"] = generated["description"]!.DeepClone(), ["headers"] = Headers(own, isApi) };
        if (method != "head" && generated["content"]?.DeepClone().AsObject() is { } content)
        {
            // The framework's metadata takes no wildcard.
            if (content.Remove("application/octet-stream"))
                content["*/*"] = new JsonObject { ["schema"] = new JsonObject() };
            if (content["application/json"] is JsonObject json)
                DescribeJson(json, status);
            response["content"] = content;
        }

        return response;
    }

    /// <summary>Wraps the type of an answer in <c>{"data":…}</c>, but for those that have nothing around them, and adds its example.</summary>
    private void DescribeJson(JsonObject json, string status)
    {
        var schema = json["schema"]!;
        var name = schema["$ref"] is { } type ? Last(type) : $"{Last(schema["items"]!["$ref"]!)}s";
        var examples = written["examples"]!;
        json["example"] = (examples[$"{name}{status}"] ?? examples[name])?.DeepClone()
            ?? throw new InvalidOperationException($"base.json has no example of {name}.");
        if (name == nameof(JsonObject))
            return;

        json["schema"] = new JsonObject
        {
            ["required"] = new JsonArray(Data),
            ["type"] = "object",
            ["properties"] = new JsonObject { [Data] = schema.DeepClone() },
        };
    }

    private static string Last(JsonNode reference) => reference.GetValue<string>().Split('/')[^1];

    private static JsonObject Refusal((string Name, ApiError Error)[] refusals, bool isApi, bool isHead)
    {
        string[] own = refusals[0].Error.Status switch
        {
            StatusCodes.Status401Unauthorized => ["WWW-Authenticate"],
            StatusCodes.Status405MethodNotAllowed => ["Allow"],
            StatusCodes.Status503ServiceUnavailable => ["Retry-After"],
            _ => [],
        };
        var named = refusals.SelectMany(Named).ToList();
        var response = new JsonObject
        {
            ["description"] = string.Join("\n", named.Select(each => $"- `{each.Error.Type}`: {each.Error.Message}").Distinct()),
            ["headers"] = Headers(own, isApi),
        };
        if (!isHead)
            response["content"] = new JsonObject { ["application/json"] = ErrorBody(named) };
        return response;
    }

    private static JsonObject ErrorBody(IReadOnlyList<(string Name, ApiError Error)> named)
    {
        var type = new JsonObject
        {
            ["enum"] = new JsonArray([.. named.Select(each => each.Error.Type).Distinct().Select(type => JsonValue.Create(type))]),
            ["type"] = "string",
        };
        return new JsonObject
        {
            ["schema"] = new JsonObject { ["allOf"] = new JsonArray(Reference("schemas", "Error"), Object("error", Object("type", type))) },
            ["examples"] = new JsonObject(named.Select(each => KeyValuePair.Create<string, JsonNode?>(
                each.Name, new JsonObject { ["value"] = ExampleOf(each.Error) }))),
        };
    }

    /// <summary>Gives an error under the names of the specification, and under those of the live service where they differ.</summary>
    private static IEnumerable<(string Name, ApiError Error)> Named((string Name, ApiError Error) refusal) =>
        new[] { refusal, (Name: refusal.Name + "OfService", Error: refusal.Error.OfService) }
            .DistinctBy(named => (named.Error.Type, named.Error.Message));

    private static ApiError ErrorOf(string name, bool isApi) => name == nameof(ApiError.InvalidInput)
        ? ApiError.InvalidInput(isApi ? "The query parameter \"method\" must be one of GET, POST, PUT, DELETE." : "A segment of the path is \".\" or \"..\".")
        : Errors.GetValueOrDefault(name) ?? (ApiError)typeof(ApiError).GetField(name)!.GetValue(null)!;

    private static JsonObject Object(string name, JsonObject member) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { [name] = member },
    };

    private static JsonNode? ExampleOf(ApiError error) => JsonSerializer.SerializeToNode(
        new ErrorEnvelope.Envelope(new ErrorEnvelope.Body(error.Type, error.Message, error.Data)), EnvelopeContext.Default.Envelope);

    private static JsonObject Headers(IEnumerable<string> own, bool isApi) => new(own
        .Concat(HeadersOfAll)
        .Concat(isApi ? HeadersOfApi : [])
        .Order(StringComparer.Ordinal)
        .Select(name => KeyValuePair.Create<string, JsonNode?>(name, Reference("headers", name))));

    private JsonObject Shared(string id, JsonObject response)
    {
        if (!Components.TryAdd(id, response) && !JsonNode.DeepEquals(Components[id], response))
            throw new InvalidOperationException($"Two responses are called {id}: give their handlers methods with names of their own.");
        return Reference("responses", id);
    }

    // The shortcuts of runs answer as the store's own URL.
    private static string NameOf(EndpointMetadataCollection metadata, string method, string status, bool isApi)
    {
        var handler = metadata.OfType<MethodInfo>().Last();
        var type = handler.DeclaringType!;
        while (type.DeclaringType is { } outer)
            type = outer;

        // One class may answer at several URLs by methods of its own.
        var part = handler.Name.StartsWith("Handle", StringComparison.Ordinal) || handler.Name.StartsWith('<') ? "" : handler.Name;
        return $"{type.Name}{part}{char.ToUpperInvariant(method[0])}{method[1..]}{status}{(isApi ? "" : "OfEmulator")}";
    }
}

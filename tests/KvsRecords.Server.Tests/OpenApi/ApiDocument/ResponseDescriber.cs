using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Responses;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>Describes the responses of an operation: answers with an example, errors of the catalogue, and their headers.</summary>
internal sealed partial class ResponseDescriber(
    JsonObject written, JsonObject responses, JsonNode operation, string method, EndpointMetadataCollection metadata)
{
    private static readonly string[] HeadersOfAll = ["Cache-Control", "Cross-Origin-Resource-Policy", "X-Content-Type-Options", "X-RateLimit-Limit"];

    private static readonly string[] HeadersOfApi = ["Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Vary"];

    private static readonly string[] HeadersOfFiles =
        ["Accept-Ranges", "Content-Disposition", "Content-Security-Policy", "ETag", "Last-Modified"];

    // What a request meets before it reaches its endpoint.
    private static readonly ApiError[] OfEmulator =
        [ApiError.HostNotAllowed("example.com"), ApiError.Internal, ApiError.InvalidInput("A segment of the path is \".\" or \"..\".")];

    // The method may be another one than that of the request.
    private static readonly ApiError[] OfApi =
    [
        .. OfEmulator, ApiError.InvalidInput("The query parameter \"method\" must be one of GET, POST, PUT, DELETE."),
        ApiError.ForeignEmbedding("script"), ApiError.MethodNotAllowed(["GET"]),
    ];

    private readonly bool _isApi = metadata.GetMetadata<IDisableCorsAttribute>() is null;
    private readonly bool _isFile = IsFile(operation);
    private readonly bool _isHead = method == "head";

    public static JsonObject Reference(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    public static bool IsFile(JsonNode operation) =>
        operation["responses"]!["200"]?["content"]?.AsObject().All(content => content.Key != "application/json") is true;

    /// <summary>Gives the responses. Those that are the same for several operations stand in the document once.</summary>
    /// <param name="operationId">Names those that no operation had before.</param>
    public JsonObject Describe(string operationId)
    {
        var all = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var errors in Errors().GroupBy(error => $"{error.Status}"))
            all[errors.Key] = Refusal(errors.Key, [.. errors]);
        foreach (var (status, answer) in Answers())
            all[status] = Answer(status, answer!);
        return new JsonObject(all.Select(each => KeyValuePair.Create<string, JsonNode?>(each.Key, Shared($"{operationId}{each.Key}", each.Value))));
    }

    private IEnumerable<ApiError> Errors() => metadata.OfType<PossibleErrors>().SelectMany(possible => possible.Errors)
        .Where(error => !_isHead || error.Status != StatusCodes.Status503ServiceUnavailable)
        .Concat(_isApi ? OfApi : OfEmulator)
        .Concat(metadata.GetMetadata<DisableRateLimitingAttribute>() is null ? [ApiError.RateLimitExceeded(60)] : [])
        .Distinct();

    private JsonObject Answers()
    {
        // Where an endpoint only refuses, the generator makes an answer up.
        if (metadata.GetMetadata<ProducesResponseTypeAttribute>() is null)
            return [];

        var answers = operation["responses"]!.DeepClone().AsObject();
        foreach (var (status, answer) in _isFile ? written["answersOfFiles"]!.AsObject() : [])
            answers[status] = answer!.DeepClone();
        if (_isFile)
            answers["206"]!["content"] = answers["200"]!["content"]!.DeepClone();
        return answers;
    }

    private JsonObject Answer(string status, JsonNode generated)
    {
        var content = generated["content"]?.DeepClone().AsObject();

        // The framework's metadata takes no wildcard.
        if (content?.Remove("application/octet-stream") is true)
            content["*/*"] = new JsonObject { ["schema"] = new JsonObject() };
        if (content?["application/json"] is { } json)
            json["example"] = Example(status, TypeName().Match(json["schema"]!.ToJsonString()).Groups[1].Value);
        return Response(status, generated["description"]!.GetValue<string>(), content);
    }

    private JsonNode Example(string status, string type) =>
        (written["examples"]![$"{type}{status}"] ?? written["examples"]![type])?.DeepClone()
        ?? throw new InvalidOperationException($"base.json has no example of {type}.");

    private JsonObject Refusal(string status, ApiError[] errors)
    {
        // Under the names of the specification, and under those of the live service where they differ.
        var named = errors.SelectMany(error => new[] { error, error.OfService }).DistinctBy(error => (error.Type, error.Message)).ToList();
        var examples = named.DistinctBy(error => error.Type).ToDictionary(error => error.Type, error => new { value = BodyOf(error) });
        var types = new { type = "object", properties = new { type = new { @enum = examples.Keys, type = "string" } } };
        var schema = new { allOf = new object[] { Reference("schemas", "Error"), new { type = "object", properties = new { error = types } } } };
        return Response(
            status,
            string.Join("\n", named.Select(error => $"- `{error.Type}`: {error.Message}")),
            new JsonObject { ["application/json"] = JsonSerializer.SerializeToNode(new { schema, examples }) });
    }

    private static JsonNode? BodyOf(ApiError error) => JsonSerializer.SerializeToNode(
        new ErrorEnvelope.Envelope(new ErrorEnvelope.Body(error.Type, error.Message, error.Data)), EnvelopeContext.Default.Envelope);

    private JsonObject Response(string status, string description, JsonObject? content)
    {
        string[] own = status switch
        {
            "201" when _isApi => ["Location"],
            "204" when method == "options" => ["Allow"],
            "200" or "304" or "412" when _isFile => HeadersOfFiles,
            "206" or "416" => ["Content-Range", .. HeadersOfFiles],
            "401" => ["WWW-Authenticate"],
            "405" => ["Allow"],
            "503" when _isFile => ["Retry-After"],
            _ => [],
        };
        var headers = own.Concat(HeadersOfAll).Concat(_isApi ? HeadersOfApi : []).Order(StringComparer.Ordinal);
        var response = new JsonObject
        {
            ["description"] = description,
            ["headers"] = new JsonObject(headers.Select(name => KeyValuePair.Create<string, JsonNode?>(name, Reference("headers", name)))),
        };
        if (content is not null && !_isHead)
            response["content"] = content;
        return response;
    }

    private JsonObject Shared(string id, JsonObject response)
    {
        id = responses.FirstOrDefault(known => JsonNode.DeepEquals(known.Value, response)).Key ?? id;
        responses.TryAdd(id, response);
        return Reference("responses", id);
    }

    [GeneratedRegex("#/components/schemas/([A-Za-z]+)")]
    private static partial Regex TypeName();
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KvsRecords.Server.Emulator;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using Microsoft.AspNetCore.Http;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>Adds to each generated operation its id, tag, parameters, body, credentials and responses.</summary>
internal sealed partial class OperationDescriber(JsonObject written, ResponseDescriber responses)
{
    // The framework answers files to these.
    private static readonly string[] OfFiles = ["Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"];

    public JsonObject Describe(string path, string method, JsonNode operation, EndpointMetadataCollection metadata)
    {
        var names = metadata.OfType<ReadParameters>().SelectMany(parameters => parameters.Names)
            .Concat(ResponseDescriber.IsFile(operation) ? OfFiles : [])
            .Concat(RouteNames.IsOfEmulator(path) ? [] : ["method"]);
        JsonNode[] parameters =
        [
            .. Parameter().Matches(path).Select(match => written["pathParameters"]![match.Groups[1].Value]!.DeepClone()),
            .. names.Select(name => Reference("parameters", name)),
        ];
        var described = new JsonObject
        {
            ["tags"] = new JsonArray(Tag(path)),
            ["summary"] = operation["summary"]?.DeepClone(),
            ["operationId"] = OperationId(path, method),
        };
        if (parameters.Length > 0)
            described["parameters"] = new JsonArray(parameters);
        if (metadata.GetMetadata<ReadBody>() is { } body)
            described["requestBody"] = written["requestBodies"]![body.Name]!.DeepClone();
        described["responses"] = responses.Describe(method, operation, metadata);
        described["security"] = Security(metadata);
        return described;
    }

    /// <summary>Refers to a component, which must be one of the hand-written ones unless it is a response.</summary>
    private JsonObject Reference(string kind, string name) => written["components"]![kind]!.AsObject().ContainsKey(name)
        ? ResponseDescriber.Reference(kind, name)
        : throw new InvalidOperationException($"base.json has no {name} among its {kind}.");

    private static JsonArray Security(EndpointMetadataCollection metadata)
    {
        string[] schemes = metadata.OfType<Credentials>().Select(credentials => (Credentials?)credentials).LastOrDefault() switch
        {
            Credentials.Token => ["bearer", "token"],
            Credentials.TokenOrNone => ["bearer", "token", ""],
            Credentials.TokenSignatureOrNone => ["bearer", "token", "signature", ""],
            _ => metadata.GetMetadata<EmulatorAccess.Steering>() is null ? [] : ["emulator", ""],
        };
        return new JsonArray([.. schemes.Select(scheme => scheme.Length == 0 ? [] : new JsonObject { [scheme] = new JsonArray() })]);
    }

    // As the service's own document makes them: keyValueStore_record_get.
    private static string OperationId(string path, string method)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var words = segments
            .Select((segment, i) => i + 1 < segments.Length && segments[i + 1][0] == '{' ? segment.TrimEnd('s') : segment)
            .Where(segment => segment[0] != '{' && segment != "v2")
            .Select(segment => Word().Replace(segment.Trim('_'), match => match.Groups[1].Value.ToUpperInvariant()));
        return $"{string.Join('_', words)}_{method}";
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

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("[-.]([a-z0-9])")]
    private static partial Regex Word();
}

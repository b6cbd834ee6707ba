using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using Microsoft.AspNetCore.Http;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>Adds to each generated operation its id, tag, parameters, body, credentials and responses.</summary>
/// <param name="written">The part of the document that is written by hand.</param>
/// <param name="responses">The responses of all operations, to which those of each are added.</param>
internal sealed partial class OperationDescriber(JsonObject written, JsonObject responses)
{
    // The framework answers files to these.
    private static readonly string[] OfFiles = ["Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"];

    public JsonObject Describe(string path, string method, JsonNode operation, EndpointMetadataCollection metadata)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var id = $"{OperationName(segments)}_{method}";
        var names = metadata.OfType<ReadParameters>().SelectMany(parameters => parameters.Names)
            .Concat(ResponseDescriber.IsFile(operation) ? OfFiles : [])
            .Concat(RouteNames.IsOfEmulator(path) ? [] : ["method"]);
        JsonNode[] parameters =
        [
            .. segments.Where(IsParameter).Select(segment => written["pathParameters"]![segment.Trim('{', '}')]!.DeepClone()),
            .. names.Select(name => ResponseDescriber.Reference("parameters", name)),
        ];
        var described = new JsonObject
        {
            ["tags"] = new JsonArray(Tag(segments)),
            ["summary"] = operation["summary"]?.DeepClone(),
            ["operationId"] = id,
            ["parameters"] = new JsonArray(parameters),
        };
        if (metadata.GetMetadata<ReadBody>() is { } body)
            described["requestBody"] = written["requestBodies"]![body.Name]!.DeepClone();
        described["responses"] = new ResponseDescriber(written, responses, operation, method, metadata).Describe(id);
        described["security"] = new JsonArray([.. Schemes(metadata).Select(name => name is "" ? [] : new JsonObject { [name] = new JsonArray() })]);
        return described;
    }

    private static string[] Schemes(EndpointMetadataCollection metadata) => metadata.GetMetadata<AccessMetadata>()?.Rule switch
    {
        AccessRule.User or AccessRule.StoreWriter => ["bearer", "token"],
        AccessRule.StoreReader or AccessRule.RecordReader => ["bearer", "token", "signature", ""],
        not null => ["bearer", "token", ""],
        null => metadata.OfType<PossibleErrors>().Any(possible => possible.Errors.Contains(ApiError.EmulatorTokenNeeded)) ? ["emulator", ""] : [],
    };

    // As the service's own document makes them: keyValueStore_record.
    private static string OperationName(string[] segments)
    {
        var words = segments
            .Select((segment, i) => i + 1 < segments.Length && IsParameter(segments[i + 1]) ? segment.TrimEnd('s') : segment)
            .Where(segment => !IsParameter(segment) && segment != "v2");
        return string.Join('_', words.Select(segment => Word().Replace(segment.Trim('_'), match => match.Groups[1].Value.ToUpperInvariant())));
    }

    private static string Tag(string[] segments) => segments switch
    {
        ["_emulator", ..] => "Emulator",
        ["openapi", ..] => "Document",
        ["v2", "users", ..] => "Users",
        [.., "last" or "{runId}"] => "Runs",
        [.., "keys"] => "Keys",
        [.., "records"] => "Archive",
        [.., "{key}"] => "Records",
        _ => "Stores",
    };

    private static bool IsParameter(string segment) => segment[0] == '{';

    [GeneratedRegex("[-.]([a-z0-9])")]
    private static partial Regex Word();
}

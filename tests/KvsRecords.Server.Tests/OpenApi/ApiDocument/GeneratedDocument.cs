using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KvsRecords.Emulator;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Requests;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>
/// The OpenAPI document of the server. ASP.NET Core's generator finds the operations, the answers and their types; <c>base.json</c> has
/// what no code says; and the metadata of each endpoint names the errors and parameters.
/// </summary>
internal sealed record GeneratedDocument(string Json, IReadOnlyList<RouteEndpoint> Endpoints)
{
    private const string Name = "v1";

    // It is a part of the program: with two spaces, it takes 94 kB more of it.
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The document that the server has in it.</summary>
    public static string Committed => Path.Join(Repository.Root, "src", "KvsRecords.Server", "OpenApi", "v1.json");

    /// <summary>Reads the part of the document that is written by hand.</summary>
    public static JsonObject ReadBase() => JsonNode.Parse(
        File.ReadAllText(Path.Join(Repository.Root, "tests", "KvsRecords.Server.Tests", "OpenApi", "ApiDocument", "base.json")))!.AsObject();

    public static async Task<GeneratedDocument> CreateAsync(CancellationToken cancellationToken)
    {
        await using var server = await RunningServer.StartOwnAsync(change: builder =>
        {
            // The server writes numbers as numbers.
            builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
            builder.Services.AddOpenApi(Name, options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.CreateSchemaReferenceId = SchemaDescriber.NameOf;
                options.AddSchemaTransformer<SchemaDescriber>();
            });
        });
        var generated = await server.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(cancellationToken);
        var document = JsonNode.Parse(await generated.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken))!.AsObject();
        var endpoints = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Complete(document, ReadBase(), endpoints);
        return new GeneratedDocument(document.ToJsonString(Readable).ReplaceLineEndings("\n") + "\n", endpoints);
    }

    private static void Complete(JsonObject document, JsonObject written, List<RouteEndpoint> endpoints)
    {
        var components = written["components"]!;
        SetValues(components["parameters"]!["operation"]!["schema"]!, Operation.Names);
        SetValues(components["parameters"]!["status"]!["schema"]!, Run.Statuses);
        SetValues(components["parameters"]!["origin"]!["schema"]!, Run.Origins);
        var rule = components["schemas"]!["FaultRule"]!["properties"]!;
        SetValues(rule["operation"]!, Operation.Names);
        SetValues(rule["effect"]!, Enum.GetValues<FaultEffect>().Select(FaultEffectConverter.NameOf));

        var responses = new ResponseDescriber(written);
        var operations = new OperationDescriber(written, responses);
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in methods!.AsObject().ToList())
                methods[method] = operations.Describe(path, method, operation!, MetadataOf(endpoints, path, method));
        }

        Merge(document, written, responses.Components);
    }

    private static void SetValues(JsonNode schema, IEnumerable<string> values) =>
        schema["enum"] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]);

    private static EndpointMetadataCollection MetadataOf(List<RouteEndpoint> endpoints, string path, string method) => endpoints.Single(endpoint =>
        $"/{endpoint.RoutePattern.RawText!.Trim('/')}" == path
        && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(method, StringComparer.OrdinalIgnoreCase) is true).Metadata;

    private static void Merge(JsonObject document, JsonObject written, JsonObject responses)
    {
        var assembly = typeof(GetApiDocument).Assembly;
        document["info"] = written["info"]!.DeepClone();
        document["info"]!["version"] = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        document["servers"] = written["servers"]!.DeepClone();
        document["tags"] = written["tags"]!.DeepClone();
        var schemas = document["components"]!["schemas"]!.DeepClone().AsObject()
            .Concat(written["components"]!["schemas"]!.AsObject())
            .GroupBy(schema => schema.Key, schema => schema.Value, StringComparer.Ordinal)
            .OrderBy(schema => schema.Key, StringComparer.Ordinal)
            .Select(schema => KeyValuePair.Create(schema.Key, schema.Last()?.DeepClone()));
        document["components"] = new JsonObject
        {
            ["schemas"] = new JsonObject(schemas),
            ["responses"] = responses,
            ["parameters"] = written["components"]!["parameters"]!.DeepClone(),
            ["headers"] = written["components"]!["headers"]!.DeepClone(),
            ["securitySchemes"] = written["components"]!["securitySchemes"]!.DeepClone(),
        };
    }
}

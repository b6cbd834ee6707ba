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
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>
/// The OpenAPI document of the server. ASP.NET Core's generator finds the operations, the answers and their types; <c>base.json</c> has
/// what no code says; and the metadata of each endpoint names the errors and parameters.
/// </summary>
internal static class GeneratedDocument
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

    public static async Task<string> CreateAsync(CancellationToken cancellationToken)
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
        Complete(document, ReadBase(), server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>());
        return document.ToJsonString(Readable).ReplaceLineEndings("\n") + "\n";
    }

    private static void Complete(JsonObject document, JsonObject written, IEnumerable<RouteEndpoint> endpoints)
    {
        SetValues(written);
        JsonObject responses = [];
        var describer = new OperationDescriber(written, responses);
        foreach (var endpoint in endpoints)
        {
            // What answers to every method only says 405, or that there is nothing at this URL.
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(name => name.ToLowerInvariant()) ?? [])
            {
                var path = $"/{endpoint.RoutePattern.RawText!.Trim('/')}";
                var operation = document["paths"]![path]?[method] ?? throw new InvalidOperationException($"{method} {path} is not documented.");
                document["paths"]![path]![method] = describer.Describe(path, method, operation, endpoint.Metadata);
            }
        }

        Merge(document, written, responses);
    }

    // Values that the code lists.
    private static void SetValues(JsonObject written)
    {
        var (parameters, rule) = (written["components"]!["parameters"]!, written["components"]!["schemas"]!["FaultRule"]!["properties"]!);
        Set(parameters["operation"]!["schema"]!, Operation.Names);
        Set(parameters["status"]!["schema"]!, Run.Statuses);
        Set(parameters["origin"]!["schema"]!, Run.Origins);
        Set(rule["operation"]!, Operation.Names);
        Set(rule["effect"]!, Enum.GetValues<FaultEffect>().Select(FaultEffectConverter.NameOf));

        static void Set(JsonNode schema, IEnumerable<string> values) => schema["enum"] = JsonSerializer.SerializeToNode(values);
    }

    private static void Merge(JsonObject document, JsonObject written, JsonObject responses)
    {
        var schemas = document["components"]!["schemas"]!.DeepClone().AsObject();
        foreach (var (name, part) in written["components"]!["schemas"]!.AsObject())
            schemas[name] = part!.DeepClone();
        foreach (var part in new[] { "info", "servers", "tags", "components" })
            document[part] = written[part]!.DeepClone();
        document["info"]!["version"] =
            typeof(GetApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        document["components"]!["schemas"] = schemas;
        document["components"]!["responses"] = responses;
    }
}

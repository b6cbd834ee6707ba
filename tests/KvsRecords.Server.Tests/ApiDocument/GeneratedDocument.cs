using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>What ASP.NET Core's generator says of the server, from the metadata of its endpoints.</summary>
internal sealed record GeneratedDocument(string Json, IReadOnlyList<RouteEndpoint> Endpoints)
{
    private const string Name = "v1";

    /// <summary>The document that the server has in it.</summary>
    public static string Committed => Path.Join(Repository.Root, "src", "KvsRecords.Server", "OpenApi", "v1.json");

    public static async Task<GeneratedDocument> CreateAsync(CancellationToken cancellationToken)
    {
        await using var server = await RunningServer.StartOwnAsync(change: builder =>
        {
            // The server writes numbers as numbers.
            builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
            builder.Services.AddOpenApi(Name, Describe);
        });
        var document = await server.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(cancellationToken);
        var json = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        var endpoints = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        return new GeneratedDocument(json.ReplaceLineEndings("\n") + "\n", [.. endpoints]);
    }

    private static void Describe(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.CreateSchemaReferenceId = SchemaDescriber.NameOf;
        options.AddSchemaTransformer<SchemaDescriber>();
        options.AddOperationTransformer<OperationDescriber>();
        options.AddOperationTransformer<AnswerDescriber>();
        options.AddDocumentTransformer<DocumentDescriber>();
    }
}

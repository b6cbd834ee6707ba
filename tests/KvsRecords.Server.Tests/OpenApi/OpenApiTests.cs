using System.Text.Json;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Emulator.Journal;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Tests.ApiDocument;
using Microsoft.AspNetCore.Routing;

namespace KvsRecords.Server.Tests;

/// <summary>
/// <c>GET /openapi/v1.json</c>: what the server says of itself is what its endpoints say of themselves. With
/// <c>KVS_RECORDS_WRITE_OPENAPI=1</c> the document that the server has in it is written anew.
/// </summary>
public sealed class OpenApiTests
{
    private static readonly bool IsWritten = Environment.GetEnvironmentVariable("KVS_RECORDS_WRITE_OPENAPI") == "1";

    private static readonly string[] Methods = ["get", "head", "put", "post", "delete", "options"];

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_document_in_the_server_is_what_the_generator_says_of_its_endpoints()
    {
        var generated = await GeneratedDocument.CreateAsync(Running);
        if (IsWritten)
            await File.WriteAllTextAsync(GeneratedDocument.Committed, generated.Json, Running);

        Assert.Equal(await File.ReadAllTextAsync(GeneratedDocument.Committed, Running), generated.Json);
    }

    [Fact]
    public async Task It_is_served_as_it_is_to_everybody()
    {
        await using var server = await OwnServer.StartAsync();

        using var response = await server.GetAsync(GetApiDocument.Path, token: "");

        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        using var document = await ReadAsync(await response.Content.ReadAsStreamAsync(Running));
        Assert.StartsWith("3.1.", document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mapped_route_is_documented_and_every_documented_one_is_mapped()
    {
        var generated = await GeneratedDocument.CreateAsync(Running);
        using var document = await ReadAsync(File.OpenRead(GeneratedDocument.Committed));

        // What answers to every method only says 405, or that there is nothing at this URL.
        var mapped = generated.Endpoints.SelectMany(endpoint =>
            (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(method =>
                $"{method.ToLowerInvariant()} /{endpoint.RoutePattern.RawText!.Trim('/')}"));

        Assert.Equal(mapped.Order(StringComparer.Ordinal), Operations(document).Select(operation => operation.Name).Order(StringComparer.Ordinal));
        Assert.Contains("get /v2/key-value-stores/{storeId}/records", mapped);
    }

    [Fact]
    public async Task Every_query_parameter_that_means_something_is_documented()
    {
        using var document = await ReadAsync(File.OpenRead(GeneratedDocument.Committed));
        var components = document.RootElement.GetProperty("components");

        var documented = components.GetProperty("parameters").EnumerateObject()
            .Concat(components.GetProperty("securitySchemes").EnumerateObject())
            .Where(parameter => parameter.Value.TryGetProperty("in", out var place) && place.GetString() == "query")
            .Select(parameter => parameter.Value.GetProperty("name").GetString()!)
            .Distinct();

        Assert.Equal(RequestQuery.OfTheApi.Union(RequestFilter.Parameters).Order(), documented.Order());
    }

    [Fact]
    public void Every_member_of_a_fault_is_documented() => Assert.Equal(
        FaultContext.Default.Fault.Properties.Where(property => property.Set is not null).Select(property => property.Name).Order(),
        GeneratedDocument.ReadBase()["components"]!["schemas"]!["FaultRule"]!["properties"]!.AsObject().Select(member => member.Key).Order());

    private static async Task<JsonDocument> ReadAsync(Stream stream)
    {
        await using (stream)
            return await JsonDocument.ParseAsync(stream, cancellationToken: Running);
    }

    private static IEnumerable<(string Name, JsonElement Json)> Operations(JsonDocument document) =>
        from path in document.RootElement.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where Methods.Contains(operation.Name)
        select ($"{operation.Name} {path.Name}", operation.Value);
}

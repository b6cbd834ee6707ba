using System.Text.Json;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Emulator.Journal;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Tests.ApiDocument;

namespace KvsRecords.Server.Tests;

/// <summary>
/// <c>GET /openapi/v1.json</c>: what the server says of itself is what its endpoints say of themselves. With
/// <c>KVS_RECORDS_WRITE_OPENAPI=1</c> the document that the server has in it is written anew.
/// </summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task The_document_in_the_server_is_what_the_generator_says_of_its_endpoints()
    {
        var generated = await GeneratedDocument.CreateAsync(TestContext.Current.CancellationToken);
        if (Environment.GetEnvironmentVariable("KVS_RECORDS_WRITE_OPENAPI") == "1")
            await File.WriteAllTextAsync(GeneratedDocument.Committed, generated, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(GeneratedDocument.Committed, TestContext.Current.CancellationToken), generated);
    }

    [Fact]
    public void Every_query_parameter_that_means_something_is_documented()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(GeneratedDocument.Committed));
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
}

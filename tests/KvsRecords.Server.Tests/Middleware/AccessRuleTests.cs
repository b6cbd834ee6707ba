using KvsRecords.Server.Middleware;
using KvsRecords.Server.Requests;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace KvsRecords.Server.Tests;

public sealed class AccessRuleTests
{
    [Fact]
    public async Task Every_operation_of_the_API_has_an_access_rule_and_a_rate_limit()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder);

        var operations = server.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<Operation>() is not null).ToList();

        Assert.True(operations.Count > 50);
        Assert.DoesNotContain(operations, endpoint => endpoint.Metadata.GetMetadata<AccessMetadata>() is null);
        Assert.DoesNotContain(operations, endpoint => endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>() is null);
    }

    [Fact]
    public async Task Every_endpoint_of_the_API_is_an_operation_or_answers_other_methods()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder);

        Assert.Empty(server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v2/", StringComparison.Ordinal))
            .Where(endpoint => endpoint.Metadata.GetMetadata<Operation>() is null && endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is null)
            .Select(endpoint => endpoint.DisplayName));
    }
}

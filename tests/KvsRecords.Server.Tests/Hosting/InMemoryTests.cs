using KvsRecords.Storage;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KvsRecords.Server.Tests;

/// <summary>The program inside a user's own tests, by the framework's own factory.</summary>
public sealed class InMemoryTests
{
    [Fact]
    public async Task WebApplicationFactory_starts_the_program_with_settings_by_the_names_of_its_flags()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(builder => builder
            .UseSetting("storage", folder.Path)
            .UseSetting("port", "0")
            .UseSetting("log-level", "error"));
        using var client = factory.CreateClient();

        using var response = await client.GetAsync(
            new Uri($"/v2/key-value-stores/dev~my-store/records?token={RunningServer.DevelopmentToken}&prefix=image-", UriKind.Relative),
            TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(["image-1", "image-2"], (await RunningServer.ReadArchiveAsync(response)).Keys);
    }

    [Fact]
    public async Task It_may_have_stores_of_its_own_that_go_with_it()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(builder => builder
            .UseSetting("ephemeral", "true")
            .UseSetting("seed", folder.Path)
            .UseSetting("port", "0")
            .UseSetting("log-level", "error"));
        using var client = factory.CreateClient();

        Assert.NotNull(factory.Services.GetService<IStoreWriter>());
        using var response = await client.GetAsync(
            new Uri($"/v2/key-value-stores/dev~other/records?token={RunningServer.DevelopmentToken}", UriKind.Relative),
            TestContext.Current.CancellationToken);

        Assert.Equal(["x"], (await RunningServer.ReadArchiveAsync(response)).Keys);
    }
}

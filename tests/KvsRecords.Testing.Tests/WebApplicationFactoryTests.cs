using Microsoft.AspNetCore.Mvc.Testing;

namespace KvsRecords.Testing.Tests;

/// <summary>An application under test that calls the emulator in place of the service. Its <c>Program</c> is the only one in sight.</summary>
public sealed class WebApplicationFactoryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_application_is_pointed_at_the_emulator_by_its_configuration()
    {
        await using var kvs = await CapturedEmulator.StartAsync(cancellationToken: Cancelled);
        await (await kvs.CreateStoreAsync("shop", cancellationToken: Cancelled)).PutAsync("product-1", """{"name":"café"}""", cancellationToken: Cancelled);
        await using var application = new WebApplicationFactory<Program>().WithWebHostBuilder(builder => builder
            .UseSetting("Apify:BaseUrl", kvs.BaseAddress.ToString())
            .UseSetting("Apify:Token", kvs.Token)
            .UseSetting("Logging:LogLevel:Default", "None"));
        using var client = application.CreateClient();

        Assert.Equal("""{"name":"café"}""", await Http.TextAsync(client, "/products/1"));
        Assert.Equal(404, await Http.StatusAsync(client, "/products/2"));
        Assert.Equal(["product-1", "product-2"], (await kvs.ListRequestsAsync(Cancelled)).Select(request => request.Key));
    }
}

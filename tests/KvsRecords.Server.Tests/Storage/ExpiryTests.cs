using KvsRecords.Server.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace KvsRecords.Server.Tests;

/// <summary>Stores without a name expire, where the settings say so.</summary>
public sealed class ExpiryTests
{
    [Fact]
    public async Task A_store_without_a_name_is_deleted_when_it_is_unused_for_long_enough()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await OwnServer.StartAsync(
            change: builder => builder.Services.AddSingleton<TimeProvider>(clock), flags: (Setting.ExpireUnnamed, "7"));
        var named = await server.CreateAsync("named");
        var unnamed = await server.CreateAsync(name: null);

        clock.Advance(TimeSpan.FromDays(6));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(200, await StatusAsync(server, unnamed));

        clock.Advance(TimeSpan.FromDays(2));
        await Eventually.HoldsAsync(async () => await StatusAsync(server, unnamed) == 404);
        Assert.Equal(200, await StatusAsync(server, named));
    }

    [Fact]
    public async Task By_default_none_is_deleted()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await OwnServer.StartAsync(change: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var unnamed = await server.CreateAsync(name: null);

        clock.Advance(TimeSpan.FromDays(10_000));
        Assert.Equal(200, await StatusAsync(server, unnamed));
    }

    private static async Task<int> StatusAsync(OwnServer server, string store)
    {
        using var response = await server.GetAsync(store);
        return (int)response.StatusCode;
    }
}

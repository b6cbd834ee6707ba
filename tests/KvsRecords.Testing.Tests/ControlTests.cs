using System.Text.Json;

namespace KvsRecords.Testing.Tests;

/// <summary>What came, what time it is, and back to the beginning.</summary>
public sealed class ControlTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_requests_that_came_can_be_seen_without_secrets()
    {
        await using var kvs = await CapturedEmulator.StartAsync(cancellationToken: Cancelled);
        var store = await kvs.CreateStoreAsync("shop", cancellationToken: Cancelled);
        await store.PutAsync("OUTPUT", "{}", cancellationToken: Cancelled);
        using var client = kvs.CreateClient();
        await Http.TextAsync(client, $"/v2/key-value-stores/dev~shop/records/OUTPUT?token={kvs.Token}");
        await Http.StatusAsync(client, "/v2/key-value-stores/dev~nothing");

        var requests = await kvs.ListRequestsAsync(Cancelled);

        Assert.Equal(["getRecord", "getStore"], requests.Select(request => request.Operation));
        Assert.Equal(("GET", "dev~shop", store.Id, "OUTPUT", "dev", 200, 2),
            (requests[0].Method, requests[0].Store, requests[0].StoreId, requests[0].Key, requests[0].User, requests[0].Status, requests[0].BytesSent));
        Assert.Equal((404, "record-not-found", false), (requests[1].Status, requests[1].ErrorType, requests[1].BrokenOff));
        Assert.DoesNotContain(kvs.Token, requests[0].ToString(), StringComparison.Ordinal);
        kvs.ForgetRequests();
        Assert.Empty(await kvs.ListRequestsAsync(Cancelled));
    }

    [Fact]
    public async Task Signatures_expire_when_the_time_is_set()
    {
        await using var kvs = await CapturedEmulator.StartAsync(cancellationToken: Cancelled);
        await kvs.CreateStoreAsync("shop", cancellationToken: Cancelled);
        using var client = kvs.CreateClient();
        using var anonymous = new HttpClient { BaseAddress = kvs.BaseAddress };
        using var json = JsonDocument.Parse(await Http.TextAsync(client, "/v2/key-value-stores/dev~shop"));
        var signed = json.RootElement.GetProperty("data").GetProperty("keysPublicUrl").GetString()!;

        Assert.Equal(200, await Http.StatusAsync(anonymous, new Uri(signed).PathAndQuery));
        kvs.SetTime(kvs.Clock.GetUtcNow().AddDays(15));
        Assert.NotEqual(200, await Http.StatusAsync(anonymous, new Uri(signed).PathAndQuery));
        kvs.SetTime(null);
        Assert.Equal(200, await Http.StatusAsync(anonymous, new Uri(signed).PathAndQuery));
        Assert.Throws<ArgumentOutOfRangeException>(() => kvs.SetTime(DateTimeOffset.MaxValue));
    }

    [Fact]
    public async Task A_reset_makes_everything_as_it_was_at_the_start()
    {
        using var folder = new TempFolder();
        folder.Write("key_value_stores/seeded/OUTPUT.json", "{}");
        await using var kvs = await CapturedEmulator.StartAsync(new KvsRecordsServerOptions { Seeds = [folder.Path] }, Cancelled);
        await kvs.CreateStoreAsync("made", cancellationToken: Cancelled);
        await (await kvs.FindStoreAsync("seeded", Cancelled))!.PutAsync("more", "x", cancellationToken: Cancelled);
        kvs.SetTime(DateTimeOffset.UnixEpoch);
        using var client = kvs.CreateClient();
        await Http.StatusAsync(client, "/v2/users/me");

        await kvs.ResetAsync(Cancelled);

        var store = Assert.Single(await kvs.ListStoresAsync(Cancelled));
        Assert.Equal("seeded", store.Name);
        Assert.Equal(["OUTPUT"], await store.ListKeysAsync(cancellationToken: Cancelled));
        Assert.Empty(await kvs.ListRequestsAsync(Cancelled));
        Assert.True(kvs.Clock.GetUtcNow() > DateTimeOffset.UnixEpoch.AddYears(1));
        Assert.Equal(200, await Http.StatusAsync(client, "/v2/users/me"));
    }

    [Fact]
    public async Task Rates_are_limited_only_where_the_options_say_so()
    {
        await using var free = await CapturedEmulator.StartAsync(cancellationToken: Cancelled);
        await using var limited = await CapturedEmulator.StartAsync(new KvsRecordsServerOptions { LimitsRate = true }, Cancelled);

        Assert.DoesNotContain(429, await StatusesAsync(free));
        Assert.Contains(429, await StatusesAsync(limited));
    }

    private static async Task<int[]> StatusesAsync(KvsRecordsServer kvs)
    {
        using var client = kvs.CreateClient();
        return await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Http.StatusAsync(client, "/v2/key-value-stores/dev~shop")));
    }
}

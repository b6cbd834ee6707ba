using System.Net.Http.Headers;
using KvsRecords.Emulator;

namespace KvsRecords.Testing.Tests;

/// <summary>Who may steer a server over HTTP; the test itself always may.</summary>
public sealed class EmulatorAccessTests
{
    private const string Token = "a-token-of-its-own";

    private static readonly Uri Clock = new("/_emulator/clock", UriKind.Relative);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task By_default_every_caller_may()
    {
        await using var kvs = await CapturedEmulator.StartAsync(cancellationToken: Cancelled);

        Assert.Equal(200, await AskAsync(kvs, token: null));
    }

    [Fact]
    public async Task Off_is_404_and_the_test_steers_it_all_the_same()
    {
        await using var kvs = await CapturedEmulator.StartAsync(new KvsRecordsServerOptions { Emulator = EmulatorMode.Off }, Cancelled);
        await kvs.CreateStoreAsync("shop", cancellationToken: Cancelled);

        Assert.Equal(404, await AskAsync(kvs, token: null));
        await kvs.ResetAsync(Cancelled);
        Assert.Empty(await kvs.ListStoresAsync(Cancelled));
    }

    [Fact]
    public async Task What_a_proxy_passes_on_needs_the_token()
    {
        await using var kvs = await CapturedEmulator.StartAsync(
            new KvsRecordsServerOptions { Emulator = EmulatorMode.Loopback, EmulatorToken = Token }, Cancelled);

        Assert.Equal((401, 401, 200), (await AskAsync(kvs, token: null), await AskAsync(kvs, kvs.Token), await AskAsync(kvs, Token)));
    }

    [Fact]
    public async Task A_token_that_is_a_users_is_refused_and_not_repeated()
    {
        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => CapturedEmulator.StartAsync(
            new KvsRecordsServerOptions { Emulator = EmulatorMode.Loopback, EmulatorToken = "apify_api_dev" }, Cancelled));

        Assert.Contains("EmulatorToken: a user has the same token", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("apify_api_dev", thrown.Message, StringComparison.Ordinal);
    }

    private static async Task<int> AskAsync(KvsRecordsServer kvs, string? token)
    {
        using var client = new HttpClient { BaseAddress = kvs.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, Clock) { Headers = { { "X-Forwarded-For", "203.0.113.1" } } };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, Cancelled);
        return (int)response.StatusCode;
    }
}

using System.Net;
using KvsRecords.Server.Middleware;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace KvsRecords.Server.Tests;

/// <summary>"429 Too many requests - rate limit exceeded".</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Beyond_the_limit_of_a_store_it_is_429_and_other_stores_are_untouched()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, rateLimit: "5");

        // More than can be refilled while they are sent, however slow the machine is: the bucket holds one second's worth.
        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => server.GetAsync("/v2/key-value-stores/dev~my-store/records")));
        using var other = await server.GetAsync("/v2/key-value-stores/dev~other/records");

        Assert.Contains(responses, response => (int)response.StatusCode == 200);
        var refused = responses.Where(response => (int)response.StatusCode == 429).ToList();
        Assert.NotEmpty(refused);
        await Errors.AssertErrorAsync(
            refused[0], 429, "rate-limit-exceeded", "You have exceeded the rate limit. Please try again later.");
        Assert.Equal("5", refused[0].Headers.GetValues("X-RateLimit-Limit").Single());
        Assert.Equal(200, (int)other.StatusCode);
    }

    [Fact]
    public async Task The_same_store_is_counted_once_for_a_user_whatever_it_is_called()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, Configurations.Shop(), rateLimit: "5");

        var urls = new[] { "alice~my-store", "~my-store", "AliceUser00000001%2Fmy-store", Configurations.StoreId };
        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            server.GetAsync($"/v2/key-value-stores/{urls[i % 4]}/records", i % 8 < 4 ? "tok-alice" : "tok-alice-2")));

        // 60 requests in four buckets of five would let at least 20 through.
        Assert.True(responses.Count(response => (int)response.StatusCode == 429) > 30);
    }

    // The bucket of one is emptied; that of the other is full, and three requests fit in whatever it holds.
    [Theory]
    [InlineData(null, "tok-alice", 401, 200)]
    [InlineData("nobody's", "tok-alice", 401, 200)]
    [InlineData("tok-carol", "tok-alice", 403, 200)]
    [InlineData("tok-bob", "tok-alice", 200, 200)]
    [InlineData("tok-alice", "tok-bob", 200, 200)]
    [InlineData("tok-alice", null, 200, 401)]
    public async Task What_one_caller_sends_does_not_count_for_another(string? crowd, string? other, int statusOfCrowd, int statusOfOther)
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, Configurations.Shop(), rateLimit: "5");

        foreach (var path in (string[])["keys", "records/post"])
        {
            var url = $"/v2/key-value-stores/{Configurations.StoreId}/{path}";
            var flood = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => server.GetAsync(url, crowd)));
            Assert.Contains(flood, response => (int)response.StatusCode == statusOfCrowd);
            Assert.Contains(flood, response => (int)response.StatusCode == 429);

            for (var i = 0; i < 3; i++)
            {
                using var response = await server.GetAsync(url, other);
                Assert.Equal(statusOfOther, (int)response.StatusCode);
            }
        }
    }

    [Fact]
    public async Task Callers_without_a_token_are_distinguished_by_their_addresses()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(
            folder, Configurations.Shop("ANYONE_WITH_ID_CAN_READ"), rateLimit: "5", change: builder => builder.Services.AddSingleton<IStartupFilter, FromAnywhere>());
        const string Url = $"/v2/key-value-stores/{Configurations.StoreId}/keys";

        var flood = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => AskAsync($"2001:db8:1:2::{i:x}")));
        Assert.Contains(429, flood);
        foreach (var address in (string[])["2001:db8:1:3::1", "192.0.2.1", "192.0.2.2", "::ffff:192.0.2.3", "127.0.0.1"])
            Assert.Equal(200, await AskAsync(address));

        async Task<int> AskAsync(string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Url);
            request.Headers.Add(FromAnywhere.Header, address);
            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return (int)response.StatusCode;
        }
    }

    [Theory]
    [InlineData("127.0.0.1", "127.255.0.9", true)]
    [InlineData("127.0.0.1", "::1", true)]
    [InlineData("127.0.0.1", "::ffff:127.0.0.2", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1:2:3", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("fe80::1", "fe80::2", true)]
    public void Addresses_that_one_machine_can_have_at_will_are_one_caller(string one, string other, bool isSame) =>
        Assert.Equal(isSame, RateLimits.Network(IPAddress.Parse(one)) == RateLimits.Network(IPAddress.Parse(other)));

    [Fact]
    public async Task Ids_that_name_no_store_are_limited_together_and_take_no_room_each()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, rateLimit: "5");

        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => server.GetAsync($"/v2/key-value-stores/nope-{i}/records")));
        using var store = await server.GetAsync("/v2/key-value-stores/dev~other/records");

        Assert.Contains(responses, response => (int)response.StatusCode == 404);
        Assert.Contains(responses, response => (int)response.StatusCode == 429);
        Assert.Equal(200, (int)store.StatusCode);
    }

    [Fact]
    public async Task A_wrong_method_and_the_health_are_never_429()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, rateLimit: "1");

        var wrong = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => server.Client.DeleteAsync(
            "/v2/key-value-stores/dev~my-store/records", TestContext.Current.CancellationToken)));
        var health = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => server.GetAsync("/_emulator/health")));

        Assert.All(wrong, response => Assert.Equal(405, (int)response.StatusCode));
        Assert.All(health, response => Assert.Equal(200, (int)response.StatusCode));
    }

    [Fact]
    public async Task Off_means_no_limit_and_no_header()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, rateLimit: "off");

        var responses = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.GetAsync("/v2/key-value-stores/dev~other/records")));

        Assert.All(responses, response => Assert.Equal(200, (int)response.StatusCode));
        Assert.All(responses, response => Assert.False(response.Headers.Contains("X-RateLimit-Limit")));
    }

    [Theory]
    [InlineData("/v2/key-value-stores/dev~my-store/records", "60")]
    [InlineData("/v2/key-value-stores/nope/records", "60")]
    [InlineData("/v2/key-value-stores/dev~my-store/records/post", "200")]
    [InlineData("/v2/key-value-stores/dev~my-store/keys", "60")]
    [InlineData("/v2/key-value-stores", "60")]
    [InlineData("/nowhere", "60")]
    [InlineData("/_emulator/health", "60")]
    public async Task Every_answer_says_the_limit(string url, string limit)
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, rateLimit: "service");

        using var response = await server.GetAsync(url);

        Assert.Equal(limit, response.Headers.GetValues("X-RateLimit-Limit").Single());
    }

    [Fact]
    public async Task Single_records_are_counted_by_themselves_and_stores_of_a_user_too()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, rateLimit: "5");

        foreach (var url in (string[])["/dev~my-store/records/post", "/dev~my-store/keys", ""])
        {
            var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => server.GetAsync($"/v2/key-value-stores{url}")));
            Assert.Contains(responses, response => (int)response.StatusCode == 200);
            Assert.Contains(responses, response => (int)response.StatusCode == 429);
        }
    }

    /// <summary>Lets a request say from which address it comes, as no client on this machine can.</summary>
    private sealed class FromAnywhere : IStartupFilter
    {
        public const string Header = "X-Test-Address";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                if (IPAddress.TryParse(context.Request.Headers[Header], out var address))
                    context.Connection.RemoteIpAddress = address;
                return following(context);
            });
            next(app);
        };
    }
}

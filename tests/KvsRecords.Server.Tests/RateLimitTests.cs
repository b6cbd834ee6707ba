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
    public async Task The_same_store_is_counted_once_whatever_it_is_called_and_before_it_is_known_who_asks()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, Configurations.Shop(), rateLimit: "5");

        var urls = new[] { "alice~my-store", "~my-store", "AliceUser00000001%2Fmy-store", Configurations.StoreId };
        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            server.GetAsync($"/v2/key-value-stores/{urls[i % 4]}/records", i % 8 < 4 ? "tok-alice" : "nobody's")));

        // 60 requests in four buckets of five would let at least 20 through.
        Assert.True(responses.Count(response => (int)response.StatusCode == 429) > 30);
    }

    [Fact]
    public async Task Ids_that_name_no_store_are_limited_each_by_itself()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, rateLimit: "5");

        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => server.GetAsync("/v2/key-value-stores/nope/records")));
        using var other = await server.GetAsync("/v2/key-value-stores/nope-either/records");

        Assert.Contains(responses, response => (int)response.StatusCode == 429);
        Assert.Equal(404, (int)other.StatusCode);
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
}

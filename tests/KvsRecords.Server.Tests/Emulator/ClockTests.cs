using KvsRecords.Access;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;
using Microsoft.Extensions.Time.Testing;

namespace KvsRecords.Server.Tests;

/// <summary><c>/_emulator/clock</c>: what the server takes for the present.</summary>
public sealed class ClockTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Clock = "/_emulator/clock";

    [Fact]
    public async Task A_signature_expires_without_waiting_and_is_good_again_in_real_time()
    {
        var store = await Server.DataAsync(HttpMethod.Post, "/v2/key-value-stores?name=my-store", 201);
        var signature = UrlSignature.CreateStorageContent(
            store.GetProperty("urlSigningSecretKey").GetString()!, store.GetProperty("id").GetString()!, DateTimeOffset.UtcNow.AddHours(1));
        var signed = $"/v2/key-value-stores/{store.GetProperty("id").GetString()}/records?signature={signature}";

        Assert.Equal(200, await StatusAsync(Server, signed));
        await Server.DataAsync(HttpMethod.Put, Clock, json: """{"offsetSecs":3700}""", token: "");
        Assert.Equal(403, await StatusAsync(Server, signed));
        await Server.DataAsync(HttpMethod.Put, Clock, json: """{"offsetSecs":-1e6}""", token: "");
        Assert.Equal(200, await StatusAsync(Server, signed));
        await Server.DataAsync(HttpMethod.Put, Clock, json: """{"instant":"2999-12-31T23:59:59.999Z"}""", token: "");
        Assert.Equal(403, await StatusAsync(Server, signed));
        using var real = await Server.SendAsync(HttpMethod.Delete, Clock, token: "");

        Assert.Equal(204, (int)real.StatusCode);
        Assert.Equal(200, await StatusAsync(Server, signed));
    }

    [Fact]
    public async Task Everything_that_is_written_has_the_instant_that_was_set()
    {
        const string Instant = "2031-02-03T04:05:06.789Z";
        var answer = await Server.DataAsync(HttpMethod.Put, Clock, json: $$"""{"instant":"{{Instant}}"}""");

        var path = await Server.CreateAsync();
        await Server.PutAsync(path, "a", "x");
        using var record = await Server.GetAsync($"{path}/records/a");
        var store = await Server.DataAsync(HttpMethod.Get, path);
        var run = await Server.DataAsync(HttpMethod.Put, "/_emulator/runs/run1", 201);

        Assert.Equal($$"""{"now":"{{Instant}}","instant":"{{Instant}}","offsetSecs":0}""", answer.GetRawText());
        Assert.Equal(answer.GetRawText(), (await Server.DataAsync(HttpMethod.Get, Clock)).GetRawText());
        Assert.Equal([Instant, Instant, Instant], new[] { "createdAt", "modifiedAt", "accessedAt" }.Select(name => store.GetProperty(name).GetString()));
        Assert.Equal(Instant, run.GetProperty("startedAt").GetString());
        Assert.Equal("2031-02-03T04:05:06Z", record.Content.Headers.LastModified?.ToString("yyyy-MM-ddTHH:mm:ssZ", null));
    }

    [Fact]
    public async Task With_an_offset_time_passes_and_a_time_with_a_zone_is_that_instant()
    {
        var instant = await Server.DataAsync(HttpMethod.Put, Clock, json: """{"instant":"2030-01-01T01:00:00+01:00"}""");
        var offset = await Server.DataAsync(HttpMethod.Put, Clock, json: """{"offsetSecs":86400.5}""");

        Assert.Equal("2030-01-01T00:00:00.000Z", instant.GetProperty("now").GetString());
        Assert.Equal(86400.5, offset.GetProperty("offsetSecs").GetDouble());
        Assert.Null(offset.GetProperty("instant").GetString());
        var ahead = offset.GetProperty("now").GetDateTimeOffset() - DateTimeOffset.UtcNow;
        Assert.InRange(ahead, TimeSpan.FromSeconds(86_400 - 60), TimeSpan.FromSeconds(86_401));
    }

    [Fact]
    public async Task A_store_without_a_name_that_has_expired_by_then_is_gone_when_the_clock_is_set()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.ExpireUnnamed, "7"));
        var named = await server.CreateAsync("named");
        var unnamed = await server.CreateAsync(name: null);

        await server.DataAsync(HttpMethod.Put, Clock, json: $$"""{"offsetSecs":{{6 * 86_400}}}""");
        var stores = await server.DataAsync(HttpMethod.Get, "/_emulator/stores");
        await server.DataAsync(HttpMethod.Put, Clock, json: $$"""{"offsetSecs":{{8 * 86_400}}}""");

        Assert.Equal(2, stores.GetProperty("count").GetInt32());
        Assert.Equal(404, await StatusAsync(server, unnamed, RunningServer.DevelopmentToken));
        Assert.Equal(200, await StatusAsync(server, named, RunningServer.DevelopmentToken));
    }

    [Theory]
    [InlineData("", "does not say")]
    [InlineData("[]", "does not say")]
    [InlineData("{}", "none or both")]
    [InlineData("{\"instant\":\"2030-01-01\",\"offsetSecs\":1}", "none or both")]
    [InlineData("{\"instant\":\"2030-01-01\",\"instant\":\"2031-01-01\"}", "none or both")]
    [InlineData("{\"instnat\":\"2030-01-01\"}", "\"instnat\"")]
    [InlineData("{\"instant\":\"tomorrow\"}", "\"instant\"")]
    [InlineData("{\"instant\":null}", "\"instant\"")]
    [InlineData("{\"instant\":1750000000000}", "\"instant\"")]
    [InlineData("{\"instant\":\"1969-12-31T23:59:59Z\"}", "so far away")]
    [InlineData("{\"instant\":\"3000-01-01\"}", "so far away")]
    [InlineData("{\"offsetSecs\":\"1\"}", "\"offsetSecs\"")]
    [InlineData("{\"offsetSecs\":1e400}", "\"offsetSecs\"")]
    [InlineData("{\"offsetSecs\":-9e10}", "so far away")]
    public async Task What_is_no_time_is_400_and_the_message_says_what_is_allowed(string json, string named)
    {
        await Server.DataAsync(HttpMethod.Put, Clock, json: """{"instant":"2030-01-01"}""");

        using var response = await Server.SendAsync(HttpMethod.Put, Clock, OwnServer.Json(json));

        var message = await Errors.AssertErrorAsync(response, 400, "invalid-input");
        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.Contains("from 1970-01-01 to 2999-12-31", message, StringComparison.Ordinal);
        Assert.Equal("2030-01-01T00:00:00.000Z", (await Server.DataAsync(HttpMethod.Get, Clock)).GetProperty("now").GetString());
    }

    [Fact]
    public async Task It_can_be_set_over_a_live_folder_too()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, Configurations.Shop());
        var signature = UrlSignature.CreateStorageContent(Configurations.SigningKey, Configurations.StoreId, DateTimeOffset.UtcNow.AddHours(1));
        var signed = $"/v2/key-value-stores/{Configurations.StoreId}/records?signature={signature}";
        using var before = await server.GetAsync(signed, token: null);

        using var set = await server.Client.PutAsync(
            new Uri(Clock, UriKind.Relative), OwnServer.Json("""{"offsetSecs":3700}"""), TestContext.Current.CancellationToken);
        using var after = await server.GetAsync(signed, token: null);

        Assert.Equal([200, 200, 403], new[] { before, set, after }.Select(response => (int)response.StatusCode));
    }

    [Fact]
    public void Only_the_present_changes_and_neither_durations_nor_timers()
    {
        var real = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var clock = new AdjustableClock(real);
        var ticks = 0;
        using var timer = clock.CreateTimer(_ => ticks++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        var start = clock.GetTimestamp();

        Assert.True(clock.TrySet(ClockSetting.At(real.GetUtcNow().AddYears(10))));
        Assert.Equal(0, ticks);
        real.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(2, ticks);
        Assert.Equal(TimeSpan.FromMinutes(2), clock.GetElapsedTime(start));
        Assert.Equal(2036, clock.GetUtcNow().Year);
        Assert.True(clock.TrySet(ClockSetting.Ahead(TimeSpan.FromHours(-1))));
        Assert.Equal(real.GetUtcNow().AddHours(-1), clock.GetUtcNow());
        Assert.False(clock.TrySet(ClockSetting.Ahead(TimeSpan.MaxValue)));
        Assert.False(clock.TrySet(ClockSetting.At(DateTimeOffset.MaxValue)));
        Assert.Equal(real.GetUtcNow().AddHours(-1), clock.GetUtcNow());
    }

    private static async Task<int> StatusAsync(OwnServer server, string path, string token = "")
    {
        using var response = await server.GetAsync(path, token);
        return (int)response.StatusCode;
    }
}

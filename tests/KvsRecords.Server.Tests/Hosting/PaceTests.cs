using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static KvsRecords.Server.Tests.LimitProbe;

namespace KvsRecords.Server.Tests;

/// <summary>How long a client may take, and what it sees where it takes longer.</summary>
public sealed class PaceTests
{
    [Fact]
    public async Task Headers_that_do_not_come_to_an_end_in_time_are_408()
    {
        await using var server = await OwnServer.StartAsync(change: Limits(limits => limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1)));
        using var connection = await RawConnection.OpenAsync(server.Address);

        await connection.SendAsync("GET /_emulator/health HTTP/1.1\r\nHost: loc");
        var head = await connection.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 408 ", head, StringComparison.Ordinal);
        Assert.Equal(0, await connection.ReadToEndAsync());
        Row("time for the headers", "30 s", "–", $"408 {Bare}");
    }

    [Theory]
    [InlineData("Content-Length: 1000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task A_body_that_comes_too_slowly_is_408_and_what_came_of_it_is_not_there(string header)
    {
        await using var server = await OwnServer.StartAsync(
            change: Limits(limits => limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(1.1))));
        var store = await server.CreateAsync();
        using var connection = await RawConnection.OpenAsync(server.Address);

        await connection.SendAsync($"PUT {store}/records/a HTTP/1.1\r\nHost: localhost\r\n{Token}{header}\r\n\r\n1\r\nx");
        var answer = await connection.ReadAnswerAsync();

        AssertEnvelope(408, "request-timeout", answer);
        Assert.Equal(0, await connection.ReadToEndAsync());
        Assert.Equal(404, (int)(await server.GetAsync($"{store}/records/a")).StatusCode);
        Row("pace of a body", "240 bytes/s, after 5 s", "–", "408 `request-timeout`; the connection is closed");
    }

    [Fact]
    public async Task A_client_that_reads_too_slowly_is_broken_off_and_makes_room_for_another_download()
    {
        using var folder = new StorageFolder();
        folder.Add("big", "a.bin", Noise(32_000_000));
        await using var server = await OwnServer.StartAsync(
            change: Limits(limits => limits.MinResponseDataRate = new MinDataRate(100_000_000, TimeSpan.FromSeconds(1.1))),
            flags: [(Setting.Seed, folder.Path), (Setting.MaxDownloads, "1")]);
        using var slow = await RawConnection.OpenAsync(server.Address);

        await slow.SendAsync(Get("/v2/key-value-stores/dev~big/records"));
        var head = await slow.ReadHeadAsync();

        await Eventually.HoldsAsync(
            () => StatusAsync(server, "GET /v2/key-value-stores/dev~big/records HTTP/1.1", [Token.TrimEnd(), "Range: bytes=0-1"]).Result, status => status == 206);
        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        Assert.InRange(await slow.ReadToEndAsync(), 0, 31_999_999);
        Row("pace of reading an answer", "240 bytes/s, after 5 s", "–", "the connection is broken before the end");
    }

    [Fact]
    public async Task A_connection_on_which_nothing_is_asked_any_more_is_closed()
    {
        await using var server = await OwnServer.StartAsync(change: Limits(limits => limits.KeepAliveTimeout = TimeSpan.FromSeconds(1)));
        using var connection = await RawConnection.OpenAsync(server.Address);

        await connection.SendAsync(Health);
        var answer = await connection.ReadAnswerAsync();

        Assert.Equal(200, answer.Status);
        Assert.Equal(0, await connection.ReadToEndAsync());
        Row("time between two requests", "130 s", "–", "the connection is closed");
    }

    [Fact]
    public async Task The_times_that_the_documentation_gives_are_those_that_a_server_has()
    {
        using var folder = new StorageFolder();
        await using var server = await RunningServer.StartAsync(folder);
        var limits = server.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal((30, 130), (limits.RequestHeadersTimeout.TotalSeconds, limits.KeepAliveTimeout.TotalSeconds));
        foreach (var rate in new[] { limits.MinRequestBodyDataRate, limits.MinResponseDataRate })
            Assert.Equal((240, 5), (rate!.BytesPerSecond, rate.GracePeriod.TotalSeconds));
        Assert.Equal(1_000, RunningServer.ReadOptions(folder).MaxDownloads);
    }

    private static Action<WebApplicationBuilder> Limits(Action<KestrelServerLimits> change) =>
        builder => builder.WebHost.ConfigureKestrel(kestrel => change(kestrel.Limits));
}

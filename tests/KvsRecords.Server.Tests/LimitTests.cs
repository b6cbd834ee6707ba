using System.Runtime.CompilerServices;
using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KvsRecords.Server.Tests;

/// <summary>How much a client may ask for, and what it sees where it asks for more: an answer or the end, and never nothing at all.</summary>
public sealed class LimitTests
{
    private const string Token = "Authorization: Bearer " + RunningServer.DevelopmentToken + "\r\n";
    private const string Health = "GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private const string Bare = "without a body; the connection is closed";
    private const string Envelope = "the connection stays";

    [Fact]
    public async Task A_request_line_of_8_KiB_is_read_and_a_longer_one_is_414()
    {
        await using var server = await OwnServer.StartAsync();

        Assert.Equal(404, await StatusAsync(server, Line(8_192)));
        await AssertBareAsync(server, Line(8_193), 414);

        Row("URL: the request line", "8 KiB", "–", $"414 {Bare}");
    }

    [Fact]
    public async Task Headers_of_32_KiB_are_read_and_longer_ones_are_431()
    {
        await using var server = await OwnServer.StartAsync();

        Assert.Equal(200, await StatusAsync(server, WithHeaders("X-Long", 3, 10_000)));
        await AssertBareAsync(server, WithHeaders("X-Long", 4, 10_000), 431);

        Row("headers: all of them", "32 KiB", "–", $"431 {Bare}");
    }

    [Fact]
    public async Task A_hundred_headers_are_read_and_more_are_431()
    {
        await using var server = await OwnServer.StartAsync();

        Assert.Equal(200, await StatusAsync(server, WithHeaders("X-One", 98, 1)));
        await AssertBareAsync(server, WithHeaders("X-One", 100, 1), 431);

        Row("headers: their number", "100", "–", $"431 {Bare}");
    }

    [Fact]
    public async Task The_value_of_a_record_is_as_long_as_allowed_or_413_and_is_not_there()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.MaxRecordSize, "1000"));
        var store = await server.CreateAsync();
        using var connection = await RawConnection.OpenAsync(server.Address);

        await connection.SendAsync($"PUT {store}/records/a HTTP/1.1\r\nHost: localhost\r\n{Token}Content-Length: 1001\r\n\r\n{new string('x', 1001)}");
        var refused = await connection.ReadAnswerAsync();
        await connection.SendAsync($"PUT {store}/records/b HTTP/1.1\r\nHost: localhost\r\n{Token}Content-Length: 1000\r\n\r\n{new string('x', 1000)}");
        var taken = await connection.ReadAnswerAsync();

        AssertEnvelope(413, "request-too-large", refused);
        Assert.Equal(201, taken.Status);
        Assert.Equal(404, (int)(await server.GetAsync($"{store}/records/a")).StatusCode);
        Row("body: the value of a record", "5 GiB", "`--max-record-size`", $"413 `request-too-large`; {Envelope}");
    }

    [Fact]
    public async Task A_body_of_JSON_that_is_no_record_has_9_MiB_or_is_413()
    {
        await using var server = await OwnServer.StartAsync();
        using var connection = await RawConnection.OpenAsync(server.Address);

        foreach (var path in (string[])["/v2/key-value-stores", "/_emulator/faults", "/_emulator/clock"])
        {
            var method = path.StartsWith("/v2", StringComparison.Ordinal) ? "POST" : "PUT";
            await connection.SendAsync($"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{Token}Content-Length: 9437185\r\n\r\n");
            await connection.SendAsync(new string(' ', 9_437_185));
            AssertEnvelope(413, "request-too-large", await connection.ReadAnswerAsync());
        }

        Row("body: any other", "9 MiB", "–", $"413 `request-too-large`; {Envelope}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_downloads_at_once_than_allowed_are_503_and_everything_else_goes_on(bool isOwn)
    {
        using var folder = new StorageFolder();
        folder.Add("big", "a.bin", Noise(32_000_000));
        var storage = isOwn ? (Setting.Seed, folder.Path) : (Setting.Storage, folder.Path);
        await using var server = await OwnServer.StartAsync(flags: [storage, (Setting.MaxDownloads, "2")]);
        const string Archive = "/v2/key-value-stores/dev~big/records";
        using var first = await RawConnection.OpenAsync(server.Address);
        using var second = await RawConnection.OpenAsync(server.Address);
        using var third = await RawConnection.OpenAsync(server.Address);
        foreach (var slow in new[] { first, second })
        {
            await slow.SendAsync(Get(Archive));
            Assert.StartsWith("HTTP/1.1 200 ", await slow.ReadHeadAsync(), StringComparison.Ordinal);
        }

        await third.SendAsync(Get(Archive));
        var refused = await third.ReadAnswerAsync();

        AssertEnvelope(503, "service-unavailable", refused);
        Assert.Contains("\r\nRetry-After: 1\r\n", refused.Head, StringComparison.Ordinal);
        Assert.Contains("2 archives are being downloaded", refused.Body, StringComparison.Ordinal);
        foreach (var request in (string[])[Health, Get("/v2/key-value-stores/dev~big/keys"), Get("/v2/key-value-stores/dev~big/records/a", "Range: bytes=0-1\r\n")])
        {
            await third.SendAsync(request);
            Assert.InRange((await third.ReadAnswerAsync()).Status, 200, 206);
        }

        using (var head = await server.SendAsync(HttpMethod.Head, Archive))
            Assert.Equal(200, (int)head.StatusCode);

        // One that leaves makes room.
        first.Dispose();
        await Eventually.HoldsAsync(
            () => StatusAsync(server, $"GET {Archive} HTTP/1.1", [Token.TrimEnd(), "Range: bytes=0-1"]).Result, status => status is 200 or 206);

        if (isOwn)
            Row("archives that are downloaded at once", "1000", "`--max-downloads`", $"503 `service-unavailable`, `Retry-After: 1`; {Envelope}");
    }

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

    private static void Row(
        string limit, string usually, string setting, string seen, [CallerMemberName] string test = "") =>
        Rows.Add("limits", limit, usually, setting, seen, $"`{nameof(LimitTests)}.{test}`");

    // With its line break it is as long as that.
    private static string Line(int length) => $"GET /{new string('a', length - "GET / HTTP/1.1\r\n".Length)} HTTP/1.1";

    private static string WithHeaders(string name, int count, int length) => string.Join(
        "\r\n", ["GET /_emulator/health HTTP/1.1", .. Enumerable.Repeat($"{name}: {new string('x', length)}", count)]);

    private static string Get(string path, string headers = "") => $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{Token}{headers}\r\n";

    private static async Task<int> StatusAsync(OwnServer server, string requestLine, params string[] headers) =>
        int.Parse((await RawHttp.AskAsync(server.Address, requestLine, headers)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task AssertBareAsync(OwnServer server, string requestLine, int status)
    {
        using var connection = await RawConnection.OpenAsync(server.Address);
        await connection.SendAsync($"{requestLine}\r\nHost: localhost\r\n\r\n");

        var head = await connection.ReadHeadAsync();

        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 0\r\n", head, StringComparison.Ordinal);
        Assert.Equal(0, await connection.ReadToEndAsync());
    }

    private static void AssertEnvelope(int status, string type, (int Status, string Head, string Body) answer)
    {
        Assert.Equal(status, answer.Status);
        Assert.Contains("\r\nContent-Type: application/json; charset=utf-8\r\n", answer.Head, StringComparison.Ordinal);
        Assert.StartsWith($$"""{"error":{"type":"{{type}}","message":" """.TrimEnd(), answer.Body, StringComparison.Ordinal);
    }

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(1).NextBytes(noise);
        return noise;
    }
}

using KvsRecords.Server.Settings;
using static KvsRecords.Server.Tests.LimitProbe;

namespace KvsRecords.Server.Tests;

/// <summary>How much a client may ask for, and what it sees where it asks for more: an answer or the end, and never nothing at all.</summary>
public sealed class LimitTests(ServerFixture fixture) : ServerTests(fixture)
{
    [Fact]
    public async Task A_request_line_of_8_KiB_is_read_and_a_longer_one_is_414()
    {
        Assert.Equal(404, await StatusAsync(Server, Line(8_192)));
        await AssertBareAsync(Server, Line(8_193), 414);

        Row("URL: the request line", "8 KiB", "–", $"414 {Bare}");
    }

    [Fact]
    public async Task Headers_of_32_KiB_are_read_and_longer_ones_are_431()
    {
        Assert.Equal(200, await StatusAsync(Server, WithHeaders("X-Long", 3, 10_000)));
        await AssertBareAsync(Server, WithHeaders("X-Long", 4, 10_000), 431);

        Row("headers: all of them", "32 KiB", "–", $"431 {Bare}");
    }

    [Fact]
    public async Task A_hundred_headers_are_read_and_more_are_431()
    {
        Assert.Equal(200, await StatusAsync(Server, WithHeaders("X-One", 98, 1)));
        await AssertBareAsync(Server, WithHeaders("X-One", 100, 1), 431);

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
        using var connection = await RawConnection.OpenAsync(Server.Address);

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

    // With its line break it is as long as that.
    private static string Line(int length) => $"GET /{new string('a', length - "GET / HTTP/1.1\r\n".Length)} HTTP/1.1";

    private static string WithHeaders(string name, int count, int length) => string.Join(
        "\r\n", ["GET /_emulator/health HTTP/1.1", .. Enumerable.Repeat($"{name}: {new string('x', length)}", count)]);

    private static async Task AssertBareAsync(OwnServer server, string requestLine, int status)
    {
        using var connection = await RawConnection.OpenAsync(server.Address);
        await connection.SendAsync($"{requestLine}\r\nHost: localhost\r\n\r\n");

        var head = await connection.ReadHeadAsync();

        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 0\r\n", head, StringComparison.Ordinal);
        Assert.Equal(0, await connection.ReadToEndAsync());
    }
}

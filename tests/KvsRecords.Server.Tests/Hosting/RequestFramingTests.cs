using System.IO.Compression;
using System.Text;
using KvsRecords.Server.Settings;
using static KvsRecords.Server.Tests.LimitProbe;

namespace KvsRecords.Server.Tests;

/// <summary>Bodies that do not come as HTTP says: 400, and never a fault of the server.</summary>
public sealed class RequestFramingTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Chunked = "Transfer-Encoding: chunked\r\n";

    /// <summary>What stands where chunks are expected.</summary>
    public static TheoryData<string> Broken =>
    [
        "FFFFFFFFFFFFFFFF\r\nx", "FFFFFFFF\r\nx", "80000000\r\nx", "8000000000000000\r\nx", "100000000\r\nx", "7FFFFFFFFFFFFFFFF\r\nx", "-1\r\nx\r\n0\r\n\r\n", "+1\r\nx\r\n0\r\n\r\n",
        "0x1\r\nx\r\n0\r\n\r\n", " 1\r\nx\r\n0\r\n\r\n", "1 \r\nx\r\n0\r\n\r\n", "\r\n\r\n", "g\r\nx", "1\nx\n0\n\n", "1\r\nxyz\r\n0\r\n\r\n", "00000000000000000000001\r\nx\r\n0\r\n\r\n",
        "1;a=\nb\r\nx\r\n0\r\n\r\n", "1\r\nx\r\n0\r\nnot a trailer\r\n\r\n", "1\r\nx\r\n0\r\n: value\r\n\r\n", "1\r\nx\r\n0\r\nA: \0\r\n\r\n", "1\r\nx\r\nFFFFFFFFFFFFFFFF\r\n",
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Chunks_that_are_none_are_400_wherever_a_body_is_read(string chunks)
    {
        var store = await Server.CreateAsync();
        foreach (var (line, encoding) in ((string, string)[])
        [
            ($"PUT {store}/records/a", ""), ($"PUT {store}/records/a", "Content-Encoding: gzip\r\n"), ($"PUT {store}/records/a", "Content-Encoding: br\r\n"),
            ($"PUT {store}/records/a", "Content-Encoding: deflate\r\n"), ($"PUT {store}", ""), ("POST /v2/key-value-stores", ""), ("PUT /_emulator/faults", ""),
        ])
        {
            using var connection = await RawConnection.OpenAsync(Server.Address);
            await connection.SendAsync($"{line} HTTP/1.1\r\nHost: localhost\r\n{Token}{encoding}{Chunked}\r\n{chunks}");
            AssertEnvelope(400, "invalid-input", await connection.ReadAnswerAsync());
        }

        using var missing = await Server.GetAsync($"{store}/records/a");
        Assert.Equal(404, (int)missing.StatusCode);
    }

    [Theory]
    [InlineData("1;{0}\r\nx\r\n0\r\n\r\n", 70_000_000, 413, "request-too-large")]
    [InlineData("1\r\nx\r\n0;{0}\r\n\r\n", 70_000_000, 413, "request-too-large")]
    [InlineData("1\r\nx\r\n0\r\nA: {0}\r\n\r\n", 3_000_000, 400, "invalid-input")]
    public async Task An_extension_or_a_trailer_without_end_is_refused(string chunks, int length, int status, string type)
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.MaxRecordSize, "1000"));
        var store = await server.CreateAsync();
        using var connection = await RawConnection.OpenAsync(server.Address);

        await SendAsync(connection, $"PUT {store}/records/a HTTP/1.1\r\nHost: localhost\r\n{Token}{Chunked}\r\n{chunks.Replace("{0}", new string('a', length), StringComparison.Ordinal)}");

        AssertEnvelope(status, type, await connection.ReadAnswerAsync());
    }

    // The web server reads ahead, so it may find that there is too much before the value is read.
    [Fact]
    public async Task A_chunked_body_far_above_the_limit_is_413_every_time()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.MaxRecordSize, "1000"));
        var store = await server.CreateAsync();
        for (var turn = 0; turn < 20; turn++)
        {
            using var connection = await RawConnection.OpenAsync(server.Address);

            await SendAsync(connection, $"PUT {store}/records/a HTTP/1.1\r\nHost: localhost\r\n{Token}{Chunked}\r\n1E8480\r\n{new string('a', 2_000_000)}\r\n0\r\n\r\n");

            AssertEnvelope(413, "request-too-large", await connection.ReadAnswerAsync());
        }
    }

    [Fact]
    public async Task Chunks_of_one_byte_each_may_be_as_long_as_allowed()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.MaxRecordSize, "100000"));
        var store = await server.CreateAsync();
        using var connection = await RawConnection.OpenAsync(server.Address);

        await SendAsync(connection, $"PUT {store}/records/a HTTP/1.1\r\nHost: localhost\r\n{Token}{Chunked}\r\n{string.Concat(Enumerable.Repeat("1\r\nx\r\n", 100_000))}0\r\n\r\n");

        Assert.Equal(201, (await connection.ReadAnswerAsync()).Status);
    }

    // Each part decodes to nothing, so nothing grows that a limit could meet.
    [Fact]
    public async Task A_gzip_body_of_empty_parts_without_end_is_refused()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.MaxRecordSize, "1000"));
        var store = await server.CreateAsync();
        using var part = new MemoryStream();
        using (var gzip = new GZipStream(part, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write([]);
        byte[] empty = part.Length > 0 ? part.ToArray() : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] many = [.. Enumerable.Repeat(empty, 3_500_000).SelectMany(bytes => bytes)];
        using var connection = await RawConnection.OpenAsync(server.Address);
        await SendAsync(connection, $"PUT {store}/records/a HTTP/1.1\r\nHost: localhost\r\n{Token}Content-Encoding: gzip\r\n{Chunked}\r\n{many.Length:x}\r\n{Encoding.Latin1.GetString(many)}\r\n0\r\n\r\n");

        Assert.InRange((await connection.ReadAnswerAsync()).Status, 400, 413);
    }

    [Theory]
    [InlineData("Content-Length: -1\r\n")]
    [InlineData("Content-Length: 99999999999999999999\r\n")]
    [InlineData("Content-Length: 1\r\nContent-Length: 2\r\n")]
    [InlineData("Transfer-Encoding: chunked, gzip\r\n")]
    [InlineData("Transfer-Encoding: identity\r\n")]
    public async Task A_length_that_is_none_is_the_web_servers_bare_400(string header)
    {
        var store = await Server.CreateAsync();
        using var connection = await RawConnection.OpenAsync(Server.Address);

        await connection.SendAsync($"PUT {store}/records/a HTTP/1.1\r\nHost: localhost\r\n{Token}{header}\r\nx");

        Assert.StartsWith("HTTP/1.1 400 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
    }

    // The server answers before it has read all, and may reset the connection then.
    private static async Task SendAsync(RawConnection connection, string text)
    {
        try
        {
            await connection.SendAsync(text);
        }
        catch (IOException)
        {
            // What it has answered can still be read.
        }
    }
}
